package io.rift.e2e.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The rules of ARCHITECTURE.md that a machine can check. They are written for any root package, so that the very rule
 * that passes on {@code io.rift} can be shown to fail on the examples below {@code io.rift.e2e.architecture.bad}.
 */
public final class ArchitectureRules {
    private static final Set<String> VAGUE_PACKAGE_NAMES =
            Set.of("util", "utils", "common", "impl", "helper", "helpers");
    private static final String VAGUE_CLASS_NAME = ".*(Manager|Helper|Utils?|Impl)";

    private final String root;

    /**
     * The rules for the code below one package.
     *
     * @param root the package above all modules
     */
    public ArchitectureRules(String root) {
        this.root = root;
    }

    /** Every rule by its name, in the order in which ARCHITECTURE.md lists them. */
    public Map<String, ArchRule> ruleByName() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        for (RiftModule module : RiftModule.values()) {
            rules.put("arrows of " + module, arrowsOf(module));
        }
        for (RiftModule module : RiftModule.PURE) {
            rules.put("libraries of " + module, librariesOf(module));
        }
        rules.put("nothing ambient in pure code", classes().that(arePure()).should(PureCode.touchNothingAmbient()));
        rules.put(
                "no synchronized methods in pure code",
                noMethods().that(owner(arePure())).should().haveModifier(JavaModifier.SYNCHRONIZED));
        rules.put(
                "no volatile fields in pure code",
                noFields().that(owner(arePure())).should().haveModifier(JavaModifier.VOLATILE));
        rules.put(
                "no synchronized blocks in pure code", classes().that(arePure()).should(MonitorUse.enterNoMonitor()));
        rules.put(
                "no package cycles", slices().matching(root + ".(**)").should().beFreeOfCycles());
        rules.put("Netty only in server.socket", onlyIn(".server.socket", "io.netty.."));
        rules.put("Micrometer only in server.metrics", onlyIn(".server.metrics", "io.micrometer.."));
        for (String name : ConstantTime.COMPARERS) {
            rules.put(
                    "constant time in " + name,
                    classes().that().haveSimpleName(name).should(ConstantTime.compareSecretsInConstantTime()));
        }
        rules.put("no vague package names", noClasses().should(resideInAVaguePackage()));
        rules.put("no vague class names", noClasses().should().haveNameMatching(VAGUE_CLASS_NAME));
        return rules;
    }

    private ArchRule arrowsOf(RiftModule module) {
        DescribedPredicate<JavaClass> foreign = describe("are not ours", type -> !RiftModule.isWithin(root, type));
        return classes()
                .that(module.classes(root))
                .should()
                .onlyDependOnClassesThat(foreign.or(module.classesInReach(root)));
    }

    private ArchRule librariesOf(RiftModule module) {
        return classes()
                .that(module.classes(root))
                .should(PureCode.useOnlyItsLibraries(
                        root, PureCode.allowedOfTheJdk().or(module.classesInReach(root))));
    }

    private ArchRule onlyIn(String packageSuffix, String library) {
        return noClasses()
                .that(not(resideInAPackage(root + packageSuffix + "..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    private DescribedPredicate<JavaClass> arePure() {
        return describe(
                "are pure",
                type -> RiftModule.PURE.stream()
                        .anyMatch(module -> module.classes(root).test(type)));
    }

    private static ArchCondition<JavaClass> resideInAVaguePackage() {
        return ArchCondition.from(describe(
                "reside in a vaguely named package",
                type -> Arrays.stream(type.getPackageName().split("\\.", -1)).anyMatch(VAGUE_PACKAGE_NAMES::contains)));
    }
}
