package io.rift.simulation;

import io.rift.simulation.network.NatBehavior;
import io.rift.simulation.network.NatBehavior.Filtering;
import io.rift.simulation.network.NatBehavior.Mapping;
import java.util.function.UnaryOperator;

/** The sites that most tests use. */
final class Sites {
    /** What most homes have: a "port-restricted cone". */
    static final Site HOME = Site.behind(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT);

    /** What many offices and carriers have: "symmetric". Two of these are joined by the relay only. */
    static final Site OFFICE = Site.behind(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT);

    private Sites() {}

    /** The NAT of {@link #HOME} with a change. */
    static Site home(UnaryOperator<NatBehavior> change) {
        return changed(HOME, change);
    }

    /** The NAT of {@link #OFFICE} with a change. */
    static Site office(UnaryOperator<NatBehavior> change) {
        return changed(OFFICE, change);
    }

    private static Site changed(Site site, UnaryOperator<NatBehavior> change) {
        if (site instanceof Site.BehindNat nat) {
            return new Site.BehindNat(change.apply(nat.behavior()));
        }
        throw new IllegalArgumentException(site + " has no NAT");
    }
}
