package io.rift.server.reload;

import io.rift.server.address.OwnAddressWatch;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.LimitProperties;
import io.rift.server.config.TurnDefences;
import io.rift.server.config.TurnProperties;
import io.rift.server.config.TurnSecrets;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.turn.TurnRules;
import io.rift.server.rendezvous.Rendezvous;
import io.rift.server.socket.ShardTaskException;
import io.rift.server.socket.TurnSockets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.validation.Validator;

/** Reloads the configuration on demand. Safe to call from any thread but an event loop; blocks. */
public final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    /** What takes effect without a restart; all of {@code rift.turn.limits} does, too. */
    private static final Set<String> RELOADABLE = Set.of(
            "rift.turn.users",
            "rift.turn.shared-secrets",
            "rift.turn.allowed-peers",
            "rift.turn.denied-peers",
            "rift.turn.denied-ports",
            "rift.turn.alternate-servers",
            "rift.turn.alternate-domain",
            "rift.turn.max-allocations",
            "rift.turn.max-allocations-per-user");

    private static final String RELOADABLE_GROUP = "rift.turn.limits.";

    /** Keys of Spring's that matter here; others are not looked at. */
    private static final List<String> SPRING_KEYS = List.of(
            "server.port",
            "server.address",
            "server.forward-headers-strategy",
            "management.server.port",
            "management.server.address");

    /** Groups of such keys. */
    private static final List<String> SPRING_GROUPS =
            List.of("spring.ssl", "server.ssl", "management.server.ssl", "logging.level");

    /**
     * What a reload has done.
     *
     * @param changed keys whose new values are in effect
     * @param needRestart keys whose new values are not, until the server is started again
     * @param warnings why new certificates are not in use, or not everywhere; those of files that cannot be used stay as they were
     */
    public record Result(List<String> changed, List<String> needRestart, List<String> warnings) {

        /** Takes copies. */
        public Result {
            changed = List.copyOf(changed);
            needRestart = List.copyOf(needRestart);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * How settings are read.
     *
     * @param arguments of the command line that started the server
     * @param conversion of text into values
     * @param validator of their constraints
     * @param reason says in one line, for the operator, why a configuration was refused
     */
    public record Sources(
            List<String> arguments,
            ConversionService conversion,
            Validator validator,
            BiFunction<Throwable, @Nullable Environment, String> reason) {

        /** Takes a copy. */
        public Sources {
            arguments = List.copyOf(arguments);
        }
    }

    /** A configuration that is fit to be applied. */
    private record Checked(
            Settings settings,
            TurnSecrets secrets,
            TurnRules perShard,
            CertificateFiles.Read certificates,
            List<String> changed,
            List<String> needRestart) {}

    private final Sources sources;
    private final ConfigurableEnvironment running;
    private final CertificateFiles certificates;
    private final List<Class<?>> groups;
    private final RuleFactory factory;
    private final TurnSockets sockets;
    private final Rendezvous rendezvous;
    private final OwnAddressWatch addresses;
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private final Settings atStart;
    private Settings lastApplied;
    private TurnSecrets secrets;

    /**
     * Nothing is reloaded yet.
     *
     * @param running the environment that the server was started with
     * @param valueByGroup what was bound from it, by class
     * @param secrets in effect
     */
    public Reload(
            Sources sources,
            ConfigurableEnvironment running,
            Map<Class<?>, Object> valueByGroup,
            TurnSecrets secrets,
            RuleFactory factory,
            TurnSockets sockets,
            Rendezvous rendezvous,
            OwnAddressWatch addresses,
            CertificateFiles certificates) {
        this.sources = sources;
        this.running = running;
        this.groups = List.copyOf(valueByGroup.keySet());
        this.atStart = Settings.of(valueByGroup);
        this.lastApplied = atStart;
        this.secrets = secrets;
        this.factory = factory;
        this.sockets = sockets;
        this.rendezvous = rendezvous;
        this.addresses = addresses;
        this.certificates = certificates;
    }

    /**
     * Reads the configuration again and applies it, or, when anything in it is wrong, changes nothing. Certificate files
     * that cannot be used are no reason to keep a leaked secret: those stay as they were, alone. Either way looks for new
     * addresses of this machine.
     *
     * @throws ConfigurationException with one line that says what is wrong
     * @throws IllegalStateException if it is applied, but an event loop is slow to take it
     * @throws ShardTaskException if an event loop could not take it, by an error in this server
     */
    public synchronized Result reload() {
        addresses.look();
        ConfigurableEnvironment environment = null;
        Checked checked;
        try {
            environment = FreshEnvironment.read(sources.arguments().toArray(String[]::new));
            checked = check(environment);
        } catch (RuntimeException e) {
            refused.incrementAndGet();
            String reason = sources.reason().apply(e, environment);
            LOG.atWarn().addKeyValue("reason", reason).log("the configuration is bad, the former one stays in effect");
            throw new ConfigurationException(reason, e);
        }
        return apply(checked);
    }

    private Checked check(ConfigurableEnvironment environment) {
        Settings fresh = Settings.bind(environment, groups, sources.conversion(), sources.validator());
        TurnProperties turn = fresh.get(TurnProperties.class);
        boolean keepsGenerated = secrets.generated() && turn.sharedSecrets().isEmpty();
        TurnSecrets freshSecrets = keepsGenerated ? secrets : TurnSecrets.of(turn, new SecureRandom());
        TurnRules rules =
                factory.rules(turn, fresh.get(TurnDefences.class), fresh.get(LimitProperties.class), freshSecrets);

        List<String> changed = lastApplied.differences(fresh).stream()
                .filter(Reload::isReloadable)
                .toList();
        List<String> needRestart = new ArrayList<>(atStart.differences(fresh));
        needRestart.removeIf(Reload::isReloadable);
        for (String key : SPRING_KEYS) {
            if (!Objects.equals(running.getProperty(key), environment.getProperty(key))) {
                needRestart.add(key);
            }
        }
        for (String group : SPRING_GROUPS) {
            Map<String, String> atStartByKey = keys(running, group);
            Map<String, String> freshByKey = keys(environment, group);
            Set<String> all = new TreeSet<>(atStartByKey.keySet());
            all.addAll(freshByKey.keySet());
            all.removeIf(key -> Objects.equals(atStartByKey.get(key), freshByKey.get(key)));
            all.forEach(key -> needRestart.add(group + "." + key));
        }
        TurnRules perShard = new TurnRules(
                rules.authenticator(), rules.policy(), rules.limits().dividedBy(sockets.shards()), rules.alternates());
        return new Checked(fresh, freshSecrets, perShard, certificates.read(), changed, needRestart);
    }

    private static Map<String, String> keys(ConfigurableEnvironment environment, String group) {
        return Binder.get(environment)
                .bind(group, Bindable.mapOf(String.class, String.class))
                .orElse(Map.of());
    }

    private Result apply(Checked checked) {
        List<String> warnings = new ArrayList<>(checked.certificates().warnings());
        try {
            warnings.addAll(certificates.apply(checked.certificates().bundleByName()));
            sockets.administerAll((administration, nowNanos) -> {
                administration.changeRules(checked.perShard(), nowNanos);
                return true;
            });
            return reloaded(checked, warnings);
        } catch (IllegalStateException e) { // each event loop has its task, and runs it however long that takes
            reloaded(checked, warnings);
            LOG.warn("an event loop is slow to take the new configuration, which takes effect there late");
            throw new IllegalStateException(
                    "the configuration is reloaded, but takes effect late: " + e.getMessage(), e);
        } catch (ShardTaskException e) { // what it knew before may still hold there: the next reload names it again
            LOG.error("an event loop could not take the new configuration, of which a part is in effect", e);
            throw e;
        } finally { // other event loops have the new secrets
            secrets = checked.secrets();
            rendezvous.changeSecrets(new SharedSecrets(checked.secrets().all()));
        }
    }

    private Result reloaded(Checked checked, List<String> warnings) {
        lastApplied = checked.settings();
        applied.incrementAndGet();
        for (String warning : warnings) {
            LOG.atWarn().addKeyValue("reason", warning).log("new certificates are not in use, or not everywhere");
        }
        LOG.atInfo()
                .addKeyValue("changed", checked.changed())
                .addKeyValue("needRestart", checked.needRestart())
                .log("configuration reloaded");
        return new Result(checked.changed(), checked.needRestart(), warnings);
    }

    private static boolean isReloadable(String key) {
        return RELOADABLE.contains(key) || key.startsWith(RELOADABLE_GROUP);
    }

    /** Reloads that took effect. */
    public long applied() {
        return applied.get();
    }

    /** Reloads of a bad configuration. */
    public long refused() {
        return refused.get();
    }
}
