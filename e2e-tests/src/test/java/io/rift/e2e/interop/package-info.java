/** Foreign clients on our server, for {@code docs/reports/interop.md}. */
package io.rift.e2e.interop;
