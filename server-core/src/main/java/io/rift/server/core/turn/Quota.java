package io.rift.server.core.turn;

/** Which bound kept a request from being granted. The order is part of no interface; the names are metric labels. */
public enum Quota {
    /** Allocations of one account: 486. */
    ALLOCATIONS_OF_USER,
    /** Allocations of all together: 508. */
    ALLOCATIONS_IN_ALL,
    /** Permissions of one allocation: 508. */
    PERMISSIONS_OF_ALLOCATION,
    /** Permissions of one account: 508. */
    PERMISSIONS_OF_USER,
    /** Permissions of all together: 508. */
    PERMISSIONS_IN_ALL,
    /** Channel bindings of one allocation: 508. */
    CHANNELS_OF_ALLOCATION,
    /** Channel bindings of one account: 508. */
    CHANNELS_OF_USER,
    /** Channel bindings of all together: 508. */
    CHANNELS_IN_ALL,
    /** New peers of one account in a time: 508. */
    NEW_PEERS_OF_USER
}
