/**
 * A small internet on one machine: hosts with public addresses and homes behind NAT routers, each a network namespace
 * of its own, joined by virtual cables.
 *
 * <pre>
 *                      public segment 203.0.113.0/24 (a bridge)
 *       +-------------------+---------------+------------------------+
 *   server .10          host .21     router .101 (NAT)        router .102 (NAT)
 *                                        |                         |
 *                                    home 10.1.0.2             home 10.2.0.2
 * </pre>
 *
 * <p>The NATs are the Linux kernel's own, set by nftables to the behaviours of RFC 4787 that {@link
 * io.rift.cli.lab.NatKind} names. {@link io.rift.cli.lab.NatLab} makes and removes it all; nothing of it is visible
 * outside its namespaces, and no packet leaves them.
 */
@NullMarked
package io.rift.cli.lab;

import org.jspecify.annotations.NullMarked;
