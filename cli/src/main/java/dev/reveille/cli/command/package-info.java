/// The commands, one class per noun. [Commands] is the front: it puts them together and runs a
/// command line. A command asks the server and prints what it says; it decides nothing itself.
@NullMarked
package dev.reveille.cli.command;

import org.jspecify.annotations.NullMarked;
