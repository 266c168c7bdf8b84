/// The demonstration: a server, the push services of Apple and Google (simulated) and three phones,
/// each a process of its own, and the behaviour table played through them with measured times.
/// [Demo] is the front; [BehaviourTable] plays the table, [DemoScenes] the scenes around it.
@NullMarked
package dev.reveille.cli.demo;

import org.jspecify.annotations.NullMarked;
