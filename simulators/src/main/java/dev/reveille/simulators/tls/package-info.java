/// Certificates for servers on loopback: made when they start, trusted only by clients that are
/// given the authority.
@NullMarked
package dev.reveille.simulators.tls;

import org.jspecify.annotations.NullMarked;
