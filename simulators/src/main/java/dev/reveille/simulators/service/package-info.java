/// What the simulated push services have in common: sockets and certificates, connections on which
/// things go wrong on request (HTTP/2, and HTTP/1.1 for services that speak it), the control port,
/// and the record of what arrived.
@NullMarked
package dev.reveille.simulators.service;

import org.jspecify.annotations.NullMarked;
