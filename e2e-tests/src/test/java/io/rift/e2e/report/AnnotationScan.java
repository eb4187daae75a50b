package io.rift.e2e.report;

import io.rift.conformance.TestName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
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
 * Reads an annotation from the compiled tests of every module, without loading them: what stands in the code is found
 * whether or not it ran.
 */
final class AnnotationScan {
    private final ClassDesc one;
    private final ClassDesc several;
    private final List<Found> found = new ArrayList<>();

    private AnnotationScan(Class<? extends Annotation> annotation) {
        one = annotation.describeConstable().orElseThrow();
        several = annotation
                .getAnnotation(Repeatable.class)
                .value()
                .describeConstable()
                .orElseThrow();
    }

    /**
     * An annotation and what it stands on.
     *
     * @param module the directory of the module
     * @param test the class or method
     * @param valueByName the annotation's values
     */
    record Found(Path module, TestName test, Map<String, AnnotationValue> valueByName) {
        String text(String name) {
            return ((AnnotationValue.OfString) value(name)).stringValue();
        }

        int number(String name) {
            return ((AnnotationValue.OfInt) value(name)).intValue();
        }

        String constant(String name) {
            return ((AnnotationValue.OfEnum) value(name)).constantName().stringValue();
        }

        private AnnotationValue value(String name) {
            AnnotationValue value = valueByName.get(name);
            if (value == null) {
                throw new IllegalStateException(name + " is missing at " + test);
            }
            return value;
        }
    }

    /** Every use of a repeatable annotation by the tests of all modules below a directory. */
    static List<Found> modulesBelow(Path home, Class<? extends Annotation> annotation) throws IOException {
        AnnotationScan scan = new AnnotationScan(annotation);
        try (Stream<Path> modules = Files.list(home)) {
            for (Path module : modules.sorted().toList()) {
                // Tests of the annotations themselves show nothing.
                if (!module.endsWith("conformance")) {
                    scan.module(module);
                }
            }
        }
        return scan.found;
    }

    private void module(Path module) throws IOException {
        Path classes = module.resolve("target").resolve("test-classes");
        if (Files.isDirectory(classes)) {
            try (Stream<Path> files = Files.walk(classes)) {
                files.filter(file -> file.toString().endsWith(".class")).forEach(file -> type(file, module));
            }
        }
    }

    private void type(Path file, Path module) {
        ClassModel type;
        try {
            type = ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String className = type.thisClass().asInternalName().replace('/', '.');
        element(type, module, new TestName(className, ""));
        for (MethodModel method : type.methods()) {
            element(method, module, new TestName(className, method.methodName().stringValue()));
        }
    }

    private void element(AttributedElement element, Path module, TestName test) {
        element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .flatMap(this::flat)
                .map(annotation -> new Found(module, test, valueByName(annotation)))
                .forEach(found::add);
    }

    private Stream<java.lang.classfile.Annotation> flat(java.lang.classfile.Annotation annotation) {
        if (annotation.classSymbol().equals(one)) {
            return Stream.of(annotation);
        }
        if (annotation.classSymbol().equals(several)) {
            return annotation.elements().stream()
                    .flatMap(element -> ((AnnotationValue.OfArray) element.value()).values().stream())
                    .map(value -> ((AnnotationValue.OfAnnotation) value).annotation());
        }
        return Stream.empty();
    }

    private static Map<String, AnnotationValue> valueByName(java.lang.classfile.Annotation annotation) {
        return annotation.elements().stream()
                .collect(Collectors.toMap(element -> element.name().stringValue(), AnnotationElement::value));
    }
}
