package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
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

  /// The namespace of a hub as the server describes it; "" for the default one.
  static String other(final JsonNode hub) {
    final var said = hub.path("namespace").asText();
    return said.equals("default") ? "" : said;
  }

  /// The hub as an argument of another command, with this option where it is said.
  String argument(final String hub) {
    return name.isEmpty() ? hub : hub + " --namespace " + name;
  }
}
