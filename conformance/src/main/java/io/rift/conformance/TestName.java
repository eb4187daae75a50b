package io.rift.conformance;

/**
 * The name of what carries a {@link Requirement}.
 *
 * @param className the binary name of the class that declares it
 * @param methodName the name of the method, or empty if the class carries it
 */
public record TestName(String className, String methodName) {
    /** The class without its package, and the method: what a report shows. */
    public String shortName() {
        String simpleName = className.substring(className.lastIndexOf('.') + 1).replace('$', '.');
        return methodName.isEmpty() ? simpleName : simpleName + "." + methodName;
    }

    @Override
    public String toString() {
        return methodName.isEmpty() ? className : className + "." + methodName;
    }
}
