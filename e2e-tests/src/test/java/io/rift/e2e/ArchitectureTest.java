package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.rift.e2e.architecture.ArchitectureRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The architecture holds, and each rule that says so would notice if it did not. */
class ArchitectureTest {
    private static final String ROOT = "io.rift";
    private static final String BAD_ROOT = "io.rift.e2e.architecture.bad";

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses BAD = new ClassFileImporter().importPackages(BAD_ROOT);

    /** For each rule what its report on the bad classes has to name. */
    private static final Map<String, List<String>> BAD_BY_RULE = badByRule();

    @TestFactory
    List<DynamicTest> ourCodeKeepsTheRule() {
        return new ArchitectureRules(ROOT)
                .ruleByName().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(OURS)))
                        .toList();
    }

    @TestFactory
    List<DynamicTest> theRuleReportsTheBadExamples() {
        return new ArchitectureRules(BAD_ROOT)
                .ruleByName().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(),
                                () -> assertThat(reportOn(BAD, rule.getValue()))
                                        .contains(BAD_BY_RULE.get(rule.getKey()))))
                        .toList();
    }

    @Test
    void everyRuleHasABadExample() {
        assertThat(BAD_BY_RULE.keySet())
                .isEqualTo(new ArchitectureRules(ROOT).ruleByName().keySet());
    }

    @Test
    void theClassesOfEveryModuleAreOnTheClassPathAndTheBadOnesAreNotAmongThem() {
        for (String type : List.of(
                "io.rift.conformance.Requirement",
                "io.rift.protocol.TransportAddress",
                "io.rift.server.core.turn.TurnServer",
                "io.rift.server.RiftServer",
                "io.rift.peer.core.ice.IceAgent",
                "io.rift.peer.Peer",
                "io.rift.cli.RiftCommand",
                "io.rift.bench.BenchCommand",
                "io.rift.simulation.network.Nat")) {
            assertThat(OURS.contain(type)).as(type).isTrue();
        }
        assertThat(OURS.stream().map(type -> type.getPackageName())).noneMatch(name -> name.startsWith("io.rift.e2e"));
    }

    private static String reportOn(JavaClasses classes, ArchRule rule) {
        return rule.evaluate(classes).getFailureReport().toString();
    }

    private static Map<String, List<String>> badByRule() {
        Map<String, List<String>> bad = new LinkedHashMap<>();
        bad.put("arrows of CONFORMANCE", List.of("UsesAProtocol"));
        bad.put("arrows of PROTOCOL", List.of("UsesACore"));
        bad.put("arrows of SERVER_CORE", List.of("UsesAPeer"));
        bad.put("arrows of PEER_CORE", List.of("UsesAServer"));
        bad.put("arrows of SERVER", List.of("UsesAnSdk"));
        bad.put("arrows of PEER_SDK", List.of("UsesAServerCore"));
        bad.put("arrows of CLI", List.of("UsesAPeerCore", "UsesABench"));
        bad.put("arrows of SIMULATION", List.of("UsesAShell"));
        bad.put("libraries of PROTOCOL", List.of("Logs", "ParsesJson"));
        bad.put("libraries of SERVER_CORE", List.of("HasAClock", "LocksAndQueues"));
        bad.put("libraries of PEER_CORE", List.of("OpensSockets", "StartsThreads", "DrawsKeys"));
        bad.put("nothing ambient in pure code", ambientMethods());
        bad.put("no synchronized methods in pure code", List.of("SynchronizedMethod.add()"));
        bad.put("no volatile fields in pure code", List.of("VolatileField.wrong"));
        bad.put("no synchronized blocks in pure code", List.of("SynchronizedBlock.add"));
        bad.put("no package cycles", List.of("Slice cycle.one", "Slice cycle.two"));
        bad.put("Netty only in server.socket", List.of("UsesNetty"));
        bad.put("Micrometer only in server.metrics", List.of("UsesMicrometer"));
        bad.put("constant time in StunMessage", List.of("StunMessage.verify(", "does not call MessageDigest.isEqual"));
        bad.put("constant time in Nonces", List.of("Nonces.isValid(", "does not call MessageDigest.isEqual"));
        bad.put("constant time in AdminGate", List.of("AdminGate.admits(", "does not call MessageDigest.isEqual"));
        bad.put(
                "no vague package names",
                List.of(".util.Something", ".common.Something", ".impl.Something", ".helper.Something"));
        bad.put(
                "no vague class names",
                List.of("SomethingManager", "SomethingHelper", "SomethingUtil", "SomethingImpl"));
        return bad;
    }

    /** Every method of the class that collects ambient calls has to be reported by itself. */
    private static List<String> ambientMethods() {
        return BAD.get(BAD_ROOT + ".protocol.Ambient").getMethods().stream()
                .map(method -> method.getName())
                .filter(name -> !name.startsWith("lambda$"))
                .map(name -> "Ambient." + name + "(")
                .toList();
    }
}
