package dev.reveille.cli.demo;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The programs of the demonstration of federation: a name server, the home and the edge of an
/// organisation without keys, and the clearing house of the app's publisher, each organisation with
/// a certificate authority of its own.
final class PartnerStage {
  static final String HOME = "contoso.example";
  static final String PUSH = "push.example";
  private static final String EDGE_HOST = "edge." + HOME;
  private static final String HOUSE_HOST = "edge." + PUSH;
  private static final String POOL = "pool." + HOME;
  private static final String USER = "dora";

  private final DemoStage stage;
  private final Apple apple;
  private final DemoProcess dns;
  private final JsonNode ofHome;
  private final JsonNode ofPush;
  private final Api house;
  private final Api home;

  PartnerStage(final DemoStage stage, final ProgressPrinter billboard, final Apple apple) {
    this.stage = stage;
    this.apple = apple;
    final var first = authority(HOME, EDGE_HOST + "," + HOME, POOL);
    final var second = authority(PUSH, HOUSE_HOST + "," + PUSH);
    this.dns = stage.program("name server", List.of("simulate", "dns", "--with-parent"));
    this.ofHome = json(first);
    this.ofPush = json(second);
    final var servers = json(dns).path("dns").asText();
    this.house = billboard.during("Starting the publisher's clearing house", () -> house(servers));
    final var edge = billboard.during("Starting the edge of " + HOME, () -> edge(servers));
    this.home = billboard.during("Starting the home of " + HOME, () -> home(servers, edge));
  }

  private Api house(final String servers) {
    final var started =
        stage.server(
            "clearing-house",
            yaml("clearinghouse", HOUSE_HOST, ofPush, 0, servers, trusts(ofHome), ""));
    dns.tell("put " + HOUSE_HOST + " A 127.0.0.1");
    dns.tell("put _sipfederationtls._tcp." + PUSH + " SRV 0 0 " + port(started) + " " + HOUSE_HOST);
    return started.api();
  }

  private DemoStage.Started edge(final String servers) {
    final var started =
        stage.server(
            "edge",
            yaml(
                "edge",
                EDGE_HOST,
                ofHome,
                0,
                servers,
                trusts(ofHome) + ", " + trusts(ofPush),
                "  homes: [" + POOL + "]\n"));
    dns.tell("put " + EDGE_HOST + " A 127.0.0.1");
    return started;
  }

  private Api home(final String servers, final DemoStage.Started edge) {
    return stage
        .server(
            "home",
            yaml(
                "home",
                POOL,
                ofHome,
                1,
                servers,
                trusts(ofHome),
                "  edge: " + EDGE_HOST + ":" + port(edge) + "\n"))
        .api();
  }

  private DemoProcess authority(final String organisation, final String... names) {
    final var arguments =
        new ArrayList<>(
            List.of(
                "simulate",
                "authority",
                "--folder",
                stage.folder().resolve(organisation).toString(),
                "--organisation",
                organisation));
    for (final var each : names) {
      arguments.addAll(List.of("--names", each));
    }
    return stage.program("authority of " + organisation, arguments);
  }

  private static JsonNode json(final DemoProcess program) {
    return Json.read(program.need(line -> line.startsWith("{"), DemoStage.STARTING));
  }

  private static String trusts(final JsonNode authority) {
    return authority.path("ca").asText();
  }

  private static String port(final DemoStage.Started server) {
    final var address = server.word("federation=");
    return address.substring(address.lastIndexOf(':') + 1);
  }

  /// @param which of the authority's certificates
  private static String yaml(
      final String role,
      final String host,
      final JsonNode authority,
      final int which,
      final String servers,
      final String trusted,
      final String more) {
    final var own = authority.path("certificates").path(which);
    return """
    roles: [%s]
    federation:
      name: %s
      port: 0
      certificate: %s
      key: %s
      authorities: [%s]
      name-servers: ["%s"]
    """
            .formatted(
                role,
                host,
                own.path("certificate").asText(),
                own.path("key").asText(),
                trusted,
                servers)
        + more;
  }

  /// The home, whose operator acts.
  Api home() {
    return home;
  }

  /// What the publisher has set up: its app with Apple's key, and this partner.
  void publish() {
    house.put(
        at("apps", DemoStage.APP),
        Json.object().put("name", "Phone").put("bundleId", DemoStage.APP));
    house.put(at("apps", DemoStage.APP, "credentials", "apns"), DemoStage.key(apple));
    house.post("domains", Json.object().put("domain", PUSH));
    set(house, at("settings", "access-edge", "global"), "allow-federated-users", true);
    set(house, at("settings", "push-notification", "global"), "apple", true);
    allow(house, HOME);
  }

  static void allow(final Api at, final String partner) {
    final ObjectNode nothing = Json.object();
    nothing.putObject("values");
    at.put(at("settings", "allowed-domains", partner), nothing);
  }

  static void set(final Api api, final String address, final String name, final Object value) {
    final ObjectNode values = Json.object();
    final var one = values.putObject("values");
    if (value instanceof final Boolean flag) {
      one.put(name, flag);
    } else {
      one.put(name, String.valueOf(value));
    }
    api.patch(address, values);
  }

  /// The phone of a user at home, whose app gets two handles of the clearing house: for the token
  /// of calls and for that of messages.
  DemoPhone phone() {
    home.put(
        at("apps", DemoStage.APP),
        Json.object().put("name", "Phone").put("bundleId", DemoStage.APP));
    home.create(at("users", USER), Json.object());
    final var code = home.post(at("users", USER, "codes"), Json.object().put("app", DemoStage.APP));
    final var forPartner =
        house.post(at("federation", "codes"), Json.object().put("partner", HOME).put("uses", 2));
    final DemoProcess child =
        stage.program(
            "phone of " + USER,
            List.of(
                "simulate",
                "phone",
                "--name",
                USER,
                "--server",
                home.target().devicesAddress().toString(),
                "--ca",
                bothAuthorities().toString(),
                "--app",
                DemoStage.APP,
                "--code",
                "-",
                "--apple",
                apple.control(),
                "--topic",
                DemoStage.APP,
                "--clearing-house",
                house.target().devicesAddress().toString(),
                "--house-domain",
                PUSH,
                "--partner",
                HOME,
                "--partner-code",
                forPartner.path("code").asText(),
                "--with-parent"));
    child.tell(code.path("code").asText());
    final String registered =
        child.need(line -> DemoPhone.read(line).what().equals("registered"), DemoStage.STARTING);
    return new DemoPhone(
        USER, PhoneKind.IOS_18, DemoPhone.read(registered).text("installation"), apple, child);
  }

  /// The phone speaks with both servers.
  private Path bothAuthorities() {
    try {
      final var both = stage.folder().resolve("both.pem");
      return Files.writeString(
          both,
          Files.readString(Path.of(home.target().ca()))
              + Files.readString(Path.of(house.target().ca())));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
