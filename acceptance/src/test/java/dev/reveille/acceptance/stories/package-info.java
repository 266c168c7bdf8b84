/// The founding texts, played against the packaged server: its own process on real sockets, Apple's
/// protocol and the phones by the simulators, which share no code with it. Each step names the line
/// of the checklist that it proves.
@NullMarked
package dev.reveille.acceptance.stories;

import org.jspecify.annotations.NullMarked;
