package io.rift.e2e.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Who compares a MAC or a token takes as long for a wrong one, wherever it is wrong. */
final class ConstantTime {

    /** The classes that compare what somebody may guess byte by byte. */
    static final List<String> COMPARERS = List.of("StunMessage", "Nonces", "AdminGate");

    private static final Set<String> EARLY_LEAVERS = Set.of(
            "equals",
            "deepEquals",
            "mismatch",
            "compare",
            "compareUnsigned",
            "compareTo",
            "contentEquals",
            "equalsIgnoreCase");
    private static final Set<Class<?>> OWNERS = Set.of(String.class, Arrays.class, Objects.class, ByteBuffer.class);

    private ConstantTime() {}

    static ArchCondition<JavaClass> compareSecretsInConstantTime() {
        return new ArchCondition<>("compare by MessageDigest.isEqual") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean isEqual = false;
                for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                    JavaClass owner = call.getTargetOwner();
                    isEqual |= owner.isEquivalentTo(MessageDigest.class)
                            && call.getName().equals("isEqual");
                    if (EARLY_LEAVERS.contains(call.getName())
                            && OWNERS.stream().anyMatch(owner::isEquivalentTo)) {
                        events.add(SimpleConditionEvent.violated(call, call.getDescription()));
                    }
                }
                if (!isEqual) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " does not call MessageDigest.isEqual"));
                }
            }
        };
    }
}
