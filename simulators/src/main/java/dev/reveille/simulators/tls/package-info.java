/// Certificates for servers on loopback: made when they start, trusted only by who is told.
@NullMarked
package dev.reveille.simulators.tls;

import org.jspecify.annotations.NullMarked;
