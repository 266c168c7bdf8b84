/// The wire to a server: where it is, which key opens it, and its REST interface. [Api] is the
/// front; [ServerTarget] says which server is meant.
@NullMarked
package dev.reveille.cli.wire;

import org.jspecify.annotations.NullMarked;
