package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `federation provider`: lists, adds, changes and removes hosting providers.
@Command(
    name = "provider",
    description = "Hosting providers; without a further word: all of them.",
    footer = {
      "",
      "A provider's proxy is its alone, and stays: to change it, remove the provider and add it"
          + " again.",
      "Examples:",
      "  reveille federation provider add LyncOnline --proxy sipfed.online.lync.com",
      "  reveille federation provider set LyncOnline verification-level=UseSourceVerification",
      "  reveille federation provider disable LyncOnline"
    })
final class ProviderCommand implements Runnable {
  private static final String COLLECTION = "hosting-providers";

  private final Session session;

  ProviderCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list();
  }

  @Command(name = "list", description = "All providers.")
  void list() {
    session.show(
        api -> api.getWhole(at("settings", COLLECTION), "settings"),
        answer -> {
          final var table = new Table("PROVIDER", "PROXY", "ENABLED", "VERIFICATION LEVEL");
          for (final JsonNode each : answer.path("settings")) {
            final JsonNode values = each.path("effective");
            table.row(
                each.path("identity").asText(),
                values.path("proxy-fqdn").asText(),
                values.path("enabled").asText(),
                values.path("verification-level").asText());
          }
          return table.isEmpty() ? "There are no hosting providers." : table.toString();
        });
  }

  @Command(name = "show", description = "One provider.")
  void show(@Parameters(paramLabel = "PROVIDER") final String provider) {
    session.show(api -> api.get(place(provider)), SettingWords::inWords);
  }

  @Command(name = "add", description = "Adds a provider; a name that is taken is refused.")
  void add(
      @Parameters(paramLabel = "PROVIDER", description = "a name, such as LyncOnline")
          final String provider,
      @Option(
              names = "--proxy",
              paramLabel = "FQDN",
              required = true,
              description = "the host name of the provider's Access Edge")
          final String proxy,
      @Option(
              names = "--verification-level",
              paramLabel = "LEVEL",
              defaultValue = "",
              description = "AlwaysVerifiable, AlwaysUnverifiable or UseSourceVerification")
          final String level,
      @Option(names = "--disabled", description = "no messages pass until it is enabled")
          final boolean disabled,
      @Parameters(
              paramLabel = "NAME=VALUE",
              arity = "0..*",
              description = "other properties, such as sip-client-port=443")
          final @Nullable List<String> assignments) {
    final var all = new ArrayList<String>(assignments == null ? List.of() : assignments);
    all.add("proxy-fqdn=" + proxy);
    all.add("enabled=" + !disabled);
    if (!level.isEmpty()) {
      all.add("verification-level=" + level);
    }
    final ObjectNode body = SettingWords.body(all);
    session.show(api -> api.create(place(provider), body), SettingWords::inWords);
  }

  @Command(name = "set", description = "Changes the properties that are named, and no others.")
  void set(
      @Parameters(paramLabel = "PROVIDER") final String provider,
      @Parameters(paramLabel = "NAME=VALUE", arity = "1..*") final List<String> assignments) {
    final ObjectNode body = SettingWords.body(assignments);
    session.show(api -> api.patch(place(provider), body), SettingWords::inWords);
  }

  @Command(name = "enable", description = "Lets messages pass; it must be disabled.")
  void enable(@Parameters(paramLabel = "PROVIDER") final String provider) {
    session.show(
        api -> api.post(place(provider) + "/enable", Json.object()), SettingWords::inWords);
  }

  @Command(name = "disable", description = "Stops messages; it must be enabled.")
  void disable(@Parameters(paramLabel = "PROVIDER") final String provider) {
    session.show(
        api -> api.post(place(provider) + "/disable", Json.object()), SettingWords::inWords);
  }

  @Command(name = "remove", description = "Ends the federation with a provider.")
  void remove(@Parameters(paramLabel = "PROVIDER") final String provider) {
    session.show(
        api -> {
          api.delete(place(provider));
          return Json.object().put("removed", provider);
        },
        answer -> answer.path("removed").asText() + " is removed.");
  }

  private static String place(final String provider) {
    return at("settings", COLLECTION, provider);
  }
}
