package io.rift.server.reload;

import io.rift.server.config.ConfigurationException;
import io.rift.server.config.DtlsProperties;
import io.rift.server.config.TlsProperties;
import io.rift.server.tls.ServerCertificates;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
     * Reads all.
     *
     * @return what is fit to be applied, by name
     * @throws ConfigurationException if one cannot be used
     */
    Map<String, SslBundle> read() {
        Map<String, SslBundle> bundleByName = new LinkedHashMap<>();
        nameByKey.forEach((key, name) -> {
            SslBundle bundle = bundle(name);
            if (bundle != null) {
                ServerCertificates.check(bundle, key, name, forDtls && key.equals(TlsProperties.BUNDLE_KEY));
                bundleByName.put(name, bundle);
            }
        });
        return bundleByName;
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

    /** From now on new connections get these. */
    void apply(Map<String, SslBundle> bundleByName) {
        bundleByName.forEach(registry::updateBundle);
    }
}
