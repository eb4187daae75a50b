package io.rift.server.reload;

import io.rift.server.config.ConfigurationException;
import io.rift.server.config.DtlsProperties;
import io.rift.server.config.TlsProperties;
import io.rift.server.tls.ServerCertificates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.core.env.Environment;

/**
 * The files of the SSL bundles in use, read again at each reload: whoever renews certificates tells daemons so by SIGHUP.
 * Spring looks for changes by itself only where reload-on-update is set.
 */
public final class CertificateFiles {

    private final SslProperties properties;
    private final SslBundleRegistry registry;
    private final boolean forDtls;
    private final Map<String, String> nameByKey = new LinkedHashMap<>();

    /**
     * Those that were named at the start.
     *
     * @param properties from which Spring has made the bundles
     * @param registry tells those who use a bundle of a new one
     * @param environment names the bundles in use
     */
    public CertificateFiles(SslProperties properties, SslBundleRegistry registry, Environment environment) {
        this.properties = properties;
        this.registry = registry;
        this.forDtls = environment.getProperty(DtlsProperties.PORT_KEY, Integer.class, -1) >= 0;
        for (String key :
                new String[] {TlsProperties.BUNDLE_KEY, "server.ssl.bundle", "management.server.ssl.bundle"}) {
            String name = environment.getProperty(key);
            if (name != null) {
                nameByKey.put(key, name);
            }
        }
    }

    /**
     * What was read.
     *
     * @param bundleByName fit to be applied
     * @param warnings why others are not, a line for each setting that names one
     */
    record Read(Map<String, SslBundle> bundleByName, List<String> warnings) {}

    /** Reads all. One that cannot be used, such as in the middle of a renewal, is left out, and its files are named. */
    Read read() {
        Map<String, SslBundle> bundleByName = new LinkedHashMap<>();
        Set<String> bad = new HashSet<>();
        List<String> warnings = new ArrayList<>();
        nameByKey.forEach((key, name) -> {
            try {
                SslBundle bundle = bundle(name);
                if (bundle != null) {
                    ServerCertificates.check(bundle, key, name, forDtls && key.equals(TlsProperties.BUNDLE_KEY));
                    bundleByName.put(name, bundle);
                }
            } catch (ConfigurationException e) {
                bad.add(name);
                warnings.add(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) { // Spring's, such as for a file that is gone
                bad.add(name);
                warnings.add(unusable(key, name, e));
            }
        });
        bundleByName.keySet().removeAll(bad);
        return new Read(bundleByName, warnings);
    }

    private static String unusable(String key, String name, RuntimeException e) {
        return key + "=" + name + ": cannot be used: " + e.getMessage();
    }

    /** Null where Spring got the bundle from elsewhere. */
    private @Nullable SslBundle bundle(String name) {
        SslProperties.Bundles bundles = properties.getBundle();
        if (bundles.getPem().containsKey(name)) {
            return PropertiesSslBundle.get(
                    Objects.requireNonNull(bundles.getPem().get(name)));
        }
        return bundles.getJks().containsKey(name)
                ? PropertiesSslBundle.get(
                        Objects.requireNonNull(bundles.getJks().get(name)))
                : null;
    }

    /**
     * From now on new connections get these.
     *
     * @return why somebody did not take one, a line for each
     */
    List<String> apply(Map<String, SslBundle> bundleByName) {
        List<String> warnings = new ArrayList<>();
        bundleByName.forEach((name, bundle) -> {
            try {
                registry.updateBundle(name, bundle);
            } catch (RuntimeException e) { // of any who wants to hear of it
                warnings.add(unusable("spring.ssl.bundle", name, e));
            }
        });
        return warnings;
    }
}
