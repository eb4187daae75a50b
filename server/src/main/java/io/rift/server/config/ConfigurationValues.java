package io.rift.server.config;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.turn.PortRange;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;

/** How the text of a setting becomes a value. */
@Configuration(proxyBeanMethods = false)
public class ConfigurationValues {

    /** Address literals. Names are refused: a relay does not wait for a name server. */
    @Bean
    @ConfigurationPropertiesBinding
    static Converter<String, IpAddress> addressConverter() {
        return new Converter<>() {
            @Override
            public IpAddress convert(String text) {
                return IpAddress.parse(text.strip());
            }
        };
    }

    /** CIDR blocks. */
    @Bean
    @ConfigurationPropertiesBinding
    static Converter<String, Cidr> blockConverter() {
        return new Converter<>() {
            @Override
            public Cidr convert(String text) {
                return Cidr.parse(text.strip());
            }
        };
    }

    /** Transport addresses, such as 192.0.2.1:3478 and [2001:db8::1]:3478. */
    @Bean
    @ConfigurationPropertiesBinding
    static Converter<String, TransportAddress> transportAddressConverter() {
        return new Converter<>() {
            @Override
            public TransportAddress convert(String text) {
                return TransportAddress.parse(text.strip());
            }
        };
    }

    /** Ranges of ports. */
    @Bean
    @ConfigurationPropertiesBinding
    static Converter<String, PortRange> portRangeConverter() {
        return new Converter<>() {
            @Override
            public PortRange convert(String text) {
                return PortRange.parse(text.strip());
            }
        };
    }
}
