package dev.reveille.cli.command;

import dev.reveille.cli.wire.Api;
import picocli.CommandLine.Option;

/// The option that says in which namespace a hub is, of each command about one.
final class InNamespace {
  @Option(
      names = "--namespace",
      paramLabel = "NAMESPACE",
      description = "of the hub, where it is another than the default one")
  private String name = "";

  /// "" for the default one.
  String name() {
    return name;
  }

  /// An address about a hub.
  ///
  /// @param parts below `hubs`
  String at(final String... parts) {
    return Api.with("hubs/" + Api.at(parts), "namespace", name);
  }

  /// The hub as an argument of another command, with this option where it is said.
  String argument(final String hub) {
    return name.isEmpty() ? hub : hub + " --namespace " + name;
  }
}
