package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Table;
import dev.reveille.cli.wire.Json;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `reveille devices`: lists, shows and removes devices.
@Command(
    name = "devices",
    description = "Apps installed on devices; without a further word: all of them.",
    footer = {
      "",
      "Examples:",
      "  reveille devices --user anna",
      "  reveille devices show i-7fQ2",
      "  reveille devices remove i-7fQ2"
    })
final class DevicesCommand implements Runnable {
  private final Session session;

  @Option(
      names = "--user",
      paramLabel = "USER",
      defaultValue = "",
      description = "only those of one user")
  private String user = "";

  DevicesCommand(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    list(user);
  }

  @Command(name = "list", description = "All devices, or those of one user.")
  void list(
      @Option(
              names = "--user",
              paramLabel = "USER",
              defaultValue = "",
              description = "only those of one user")
          final String of) {
    session.show(
        api ->
            Json.object()
                .set(
                    "installations",
                    Json.list(api.getAll(with("installations", "user", of), "installations"))),
        answer -> {
          final var table = new Table("DEVICE", "USERS", "APP", "SYSTEM", "STATE", "PUSH", "SEEN");
          answer
              .path("installations")
              .forEach(each ->
                  table.row(
                      each.path("id").asText(),
                      String.join(" ", Json.texts(each.path("users"))),
                      each.path("app").asText(),
                      system(each),
                      state(each),
                      channels(each),
                      Json.moment(each.path("lastSeen"))));
          return table.isEmpty()
              ? "No devices yet. One registers with a code: reveille users code USER --app APP"
              : table.toString();
        });
  }

  @Command(name = "show", description = "One device: its user, its state, its push addresses.")
  void show(@Parameters(paramLabel = "DEVICE") final String id) {
    session.show(
        api -> api.get(at("installations", id)),
        device -> {
          final var text = new StringBuilder(inOneLine(device));
          TextLayout.line(text, "users", String.join(" ", Json.texts(device.path("users"))));
          TextLayout.line(text, "generation", device.path("generation").asText(""));
          TextLayout.line(text, "since", Json.moment(device.path("live").path("since")));
          for (final JsonNode address : device.path("addresses")) {
            TextLayout.line(text, "push", address(address));
          }
          device
              .path("attributes")
              .properties()
              .forEach(each -> TextLayout.line(text, each.getKey(), each.getValue().asText()));
          TextLayout.line(text, "registered", Json.moment(device.path("registeredAt")));
          TextLayout.line(text, "last seen", Json.moment(device.path("lastSeen")));
          return text.toString();
        });
  }

  @Command(name = "remove", description = "Signs a device out; its keys end at once.")
  void remove(@Parameters(paramLabel = "DEVICE") final String id) {
    session.show(
        api -> {
          api.delete(at("installations", id));
          return Json.object().put("removed", id);
        },
        _ -> "Removed " + id + ".");
  }

  /// `i-7f… com.example.phone on ios 18, foreground, push: message voip`.
  static String inOneLine(final JsonNode device) {
    return device.path("id").asText()
        + "  "
        + device.path("app").asText()
        + " on "
        + system(device)
        + ", "
        + state(device)
        + ", push: "
        + channels(device);
  }

  private static String system(final JsonNode device) {
    final int major = device.path("osMajor").asInt(0);
    return device.path("platform").asText() + (major == 0 ? "" : " " + major);
  }

  private static String state(final JsonNode device) {
    final JsonNode live = device.path("live");
    final String state = live.path("state").asText("suspended");
    final String reported = live.path("reported").asText("");
    final boolean open = live.path("channelOpen").asBoolean();
    return (reported.isEmpty() ? state : reported)
        + (open && !"foreground".equals(state) ? " (channel open)" : "");
  }

  private static String channels(final JsonNode device) {
    final String channels =
        Json.elements(device.path("addresses"))
            .map(each -> each.path("channel").asText())
            .sorted()
            .distinct()
            .collect(Collectors.joining(" "));
    return channels.isEmpty() ? "none" : channels;
  }

  private static String address(final JsonNode address) {
    return address.path("service").asText()
        + " "
        + address.path("channel").asText()
        + (address.path("sandbox").asBoolean() ? " sandbox" : "")
        + scope(address)
        + (address.has("clearingHouse")
            ? " through " + address.path("clearingHouse").asText() + ", handle "
            : ", token ")
        + address.path("fingerprint").asText()
        + "…, since "
        + Json.moment(address.path("registeredAt"))
        + doubt(address.path("doubted"));
  }

  /// Under what the service knows it, where that is not what it knows the app under.
  private static String scope(final JsonNode address) {
    final String scope = address.path("topic").asText(address.path("project").asText(""));
    return scope.isEmpty() ? "" : " as " + scope;
  }

  private static String doubt(final JsonNode doubt) {
    return doubt.isMissingNode()
        ? ""
        : ", doubted since "
            + Json.moment(doubt.path("since"))
            + " ("
            + doubt.path("code").asText()
            + ")";
  }
}
