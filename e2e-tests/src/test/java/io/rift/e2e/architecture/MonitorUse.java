package io.rift.e2e.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.MonitorInstruction;

/** Finds {@code synchronized} blocks, which ArchUnit does not see: they are instructions, not accesses. */
final class MonitorUse {
    private MonitorUse() {}

    static ArchCondition<JavaClass> enterNoMonitor() {
        return new ArchCondition<>("enter no monitor") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (MethodModel method : read(type).methods()) {
                    if (entersMonitor(method)) {
                        String where =
                                type.getName() + "." + method.methodName().stringValue();
                        events.add(SimpleConditionEvent.violated(type, where + " has a synchronized block"));
                    }
                }
            }
        };
    }

    private static boolean entersMonitor(MethodModel method) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(element ->
                        element instanceof MonitorInstruction monitor && monitor.opcode() == Opcode.MONITORENTER);
    }

    private static ClassModel read(JavaClass type) {
        var source = type.getSource()
                .orElseThrow(() -> new IllegalStateException("no class file known for " + type.getName()));
        try (InputStream bytes = source.getUri().toURL().openStream()) {
            return ClassFile.of().parse(bytes.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + source.getUri(), e);
        }
    }
}
