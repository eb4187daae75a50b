package io.rift.server.reload;

import io.rift.server.config.NonceSecrets;
import io.rift.server.config.TurnProperties;
import java.security.SecureRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the start and every reload share. */
@Configuration(proxyBeanMethods = false)
class ReloadConfiguration {

    @Bean
    RuleFactory ruleFactory(TurnProperties turn) {
        return new RuleFactory(turn.realm(), new NonceSecrets(turn, new SecureRandom()));
    }
}
