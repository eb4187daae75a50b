package io.rift.server.core.turn;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.concurrent.Callable;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;

/** Counts the MACs that the code under test computes, which is what a guesser could measure. */
final class MacCount {
    private static final String NAME = "MacCount";
    private static final ThreadLocal<Integer> COUNT = ThreadLocal.withInitial(() -> 0);

    private MacCount() {}

    /** How many MACs are finished in this thread while this runs. */
    static int during(Callable<?> action) throws Exception {
        Security.insertProviderAt(new Counting(), 1);
        try {
            COUNT.set(0);
            action.call();
            return COUNT.get();
        } finally {
            Security.removeProvider(NAME);
        }
    }

    private static final class Counting extends Provider {
        private static final long serialVersionUID = 1;

        Counting() {
            super(NAME, "1", "counts MACs");
            for (String algorithm : List.of("HmacMD5", "HmacSHA1", "HmacSHA256")) {
                putService(new CountedService(this, algorithm));
            }
        }
    }

    private static final class CountedService extends Provider.Service {
        CountedService(Provider provider, String algorithm) {
            super(provider, "Mac", algorithm, CountedMac.class.getName(), null, null);
        }

        @Override
        public Object newInstance(@Nullable Object parameter) {
            try {
                return new CountedMac(Mac.getInstance(getAlgorithm(), "SunJCE"));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final class CountedMac extends MacSpi {
        private final Mac mac;

        CountedMac(Mac mac) {
            this.mac = mac;
        }

        @Override
        protected int engineGetMacLength() {
            return mac.getMacLength();
        }

        @Override
        protected void engineInit(Key key, @Nullable AlgorithmParameterSpec parameters) {
            try {
                mac.init(key, parameters);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void engineUpdate(byte input) {
            mac.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            mac.update(input, offset, length);
        }

        @Override
        protected byte[] engineDoFinal() {
            COUNT.set(COUNT.get() + 1);
            return mac.doFinal();
        }

        @Override
        protected void engineReset() {
            mac.reset();
        }
    }
}
