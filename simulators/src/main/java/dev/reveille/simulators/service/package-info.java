/// What the simulated push services have in common: sockets and certificates, HTTP/2 connections on
/// which things go wrong on request, the control port, and the record of what arrived.
@NullMarked
package dev.reveille.simulators.service;

import org.jspecify.annotations.NullMarked;
