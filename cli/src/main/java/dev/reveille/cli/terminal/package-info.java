/// The environment of a command: its standard streams, its environment, its folder, and the ways in
/// which it ends.
@NullMarked
package dev.reveille.cli.terminal;

import org.jspecify.annotations.NullMarked;
