package io.rift.server.reload;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, by which daemons are told to reload. The JDK's way to it, {@code sun.misc.Signal} of the module
 * jdk.unsupported, is supported for want of another (JEP 260), but the compiler warns of every mention: hence reflection.
 */
public final class HangUp {

    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /** Runs an action at each SIGHUP, on a thread of its own, where the platform has that signal. */
    public static void onSignal(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handle = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                            return null;
                        }
                        return method.invoke(action, arguments); // of Object
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handle);
        } catch (ReflectiveOperationException e) { // no such signal on this platform, or the JVM keeps it (-Xrs)
            LOG.debug("SIGHUP does not reload the configuration here", e);
        }
    }
}
