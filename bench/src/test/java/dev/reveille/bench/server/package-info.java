/// The server's own parts with other ports, as a program for the benches and campaigns: a store
/// that keeps nothing, listeners without TLS, and breaks that a verdict must see. None of it is in
/// the product: these classes are packaged with the tests, and no class of the benches uses them; a
/// bench starts [dev.reveille.bench.server.BenchServer] as a process of its own and speaks the
/// wire.
@NullMarked
package dev.reveille.bench.server;

import org.jspecify.annotations.NullMarked;
