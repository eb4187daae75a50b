package io.rift.peer.core.ice;

/**
 * What a Binding request of ours is for.
 *
 * @param pair the pair it checks
 * @param purpose why
 * @param role ours when it was sent
 */
record Check(ListedPair pair, Purpose purpose, Role role) {

    enum Purpose {
        /** To find out whether the pair works. */
        CONNECTIVITY,
        /** To tell the controlled agent to use the pair, which is known to work. */
        NOMINATION,
        /** RFC 7675: to find out whether the peer still wants our data. */
        CONSENT
    }
}
