package io.rift.e2e.report;

import io.rift.conformance.Requirement;
import io.rift.conformance.Requirements;
import io.rift.conformance.TestName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads {@link Requirement} from the compiled tests of every module, without loading them: what is asked for in code is
 * found whether or not it ran.
 */
final class RequirementScan {
    private static final ClassDesc ONE = Requirement.class.describeConstable().orElseThrow();
    private static final ClassDesc SEVERAL =
            Requirements.class.describeConstable().orElseThrow();

    private RequirementScan() {}

    /** The requirements shown by the tests of all modules below a directory, in the order of a report. */
    static List<ShownRequirement> modulesBelow(Path home) throws IOException {
        List<ShownRequirement> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(home)) {
            for (Path module : modules.sorted().toList()) {
                // Tests of the annotation itself show nothing of an RFC.
                if (!module.endsWith("conformance")) {
                    found.addAll(module(module));
                }
            }
        }
        found.sort(ShownRequirement.BY_SECTION);
        return found;
    }

    private static List<ShownRequirement> module(Path module) throws IOException {
        Path classes = module.resolve("target").resolve("test-classes");
        if (!Files.isDirectory(classes)) {
            return List.of();
        }
        List<ShownRequirement> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(file -> addFrom(file, module, found));
        }
        return found;
    }

    private static void addFrom(Path file, Path module, List<ShownRequirement> found) {
        ClassModel type;
        try {
            type = ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String className = type.thisClass().asInternalName().replace('/', '.');
        addOf(type, module, new TestName(className, ""), found);
        for (MethodModel method : type.methods()) {
            addOf(method, module, new TestName(className, method.methodName().stringValue()), found);
        }
    }

    private static void addOf(AttributedElement element, Path module, TestName test, List<ShownRequirement> found) {
        element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .flatMap(RequirementScan::flat)
                .map(annotation -> shown(annotation, module, test))
                .forEach(found::add);
    }

    private static Stream<Annotation> flat(Annotation annotation) {
        if (annotation.classSymbol().equals(ONE)) {
            return Stream.of(annotation);
        }
        if (annotation.classSymbol().equals(SEVERAL)) {
            return annotation.elements().stream()
                    .flatMap(element -> ((AnnotationValue.OfArray) element.value()).values().stream())
                    .map(value -> ((AnnotationValue.OfAnnotation) value).annotation());
        }
        return Stream.empty();
    }

    private static ShownRequirement shown(Annotation annotation, Path module, TestName test) {
        Map<String, AnnotationValue> valueByName = annotation.elements().stream()
                .collect(Collectors.toMap(element -> element.name().stringValue(), AnnotationElement::value));
        return new ShownRequirement(
                ((AnnotationValue.OfInt) valueByName.get("rfc")).intValue(),
                ((AnnotationValue.OfString) valueByName.get("section")).stringValue(),
                ((AnnotationValue.OfString) valueByName.get("text")).stringValue(),
                module,
                test);
    }
}
