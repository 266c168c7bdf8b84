package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.dns.DnsSimulator;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Two organisations, each with an authority of its own, and a name server between them: contoso
/// has a home and an edge and no key of Apple; the publisher of the app has a clearing house. Each
/// server is the packaged one, in a process of its own, at port 5061 of a loopback address that no
/// other test has.
final class FederationStage implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  static final String HOME = "contoso.example";
  static final String PUSH = "push.example";
  static final String EDGE_HOST = "edge." + HOME;
  static final String HOUSE_HOST = "edge." + PUSH;
  static final String POOL = "pool." + HOME;
  static final String SRV = "_sipfederationtls._tcp." + PUSH;

  private static final int SIPS = 5061;

  private final String network =
      "127.%d.%d."
          .formatted(
              ThreadLocalRandom.current().nextInt(1, 255),
              ThreadLocalRandom.current().nextInt(1, 255));
  final DnsSimulator dns = DnsSimulator.start(0);
  final PartnerAuthority ofHome;
  final PartnerAuthority ofPush;
  final Theatre house;
  final Theatre edge;
  final Theatre home;

  FederationStage(final Path folder) throws Exception {
    ofHome = PartnerAuthority.make(folder.resolve("contoso"), HOME);
    ofPush = PartnerAuthority.make(folder.resolve("push"), PUSH);
    house = new Theatre(yaml("clearinghouse", HOUSE_HOST, ofPush, PUSH, List.of(ofHome), at(2)));
    edge =
        Theatre.withoutApp(
            yaml(
                "edge",
                EDGE_HOST,
                ofHome,
                HOME,
                List.of(ofHome, ofPush),
                at(1) + "  homes: [" + POOL + "]\n"));
    dns.put(EDGE_HOST + " A " + network + 1);
    dns.put(HOUSE_HOST + " A " + network + 2);
    dns.put(SRV + " SRV 0 0 " + SIPS + " " + HOUSE_HOST);
    home =
        Theatre.withoutApp(
            yaml("home", POOL, ofHome, HOME, List.of(ofHome), "  edge: " + EDGE_HOST + "\n"));
  }

  /// Where a server listens for partners.
  private String at(final int last) {
    return "  host: " + network + last + "\n  port: " + SIPS + "\n";
  }

  private String yaml(
      final String role,
      final String host,
      final PartnerAuthority own,
      final String domain,
      final List<PartnerAuthority> trusted,
      final String more)
      throws IOException {
    final var issued =
        own.issue(Kind.GOOD, host.equals(POOL) ? List.of(host) : List.of(host, domain));
    return "roles: [%s]\n".formatted(role)
        + "federation:\n"
        + "  name: %s\n".formatted(host)
        + "  certificate: %s\n  key: %s\n".formatted(issued.chain(), issued.key())
        + "  authorities: %s\n"
            .formatted(trusted.stream().map(one -> one.file().toString()).toList())
        + "  name-servers: [\"127.0.0.1:%d\"]\n".formatted(dns.address().getPort())
        + more;
  }

  /// What the operators of both sides set, so that pushes pass.
  void federate() throws Exception {
    final var federates = Map.<String, Object>of("allow-federated-users", true);
    house.call("POST", "/v1/domains", Map.of("domain", PUSH));
    set(house, "access-edge", federates);
    allow(house, HOME);
    house.switchPush(true);
    home.call("POST", "/v1/domains", Map.of("domain", HOME)); // its edge follows
    set(home, "access-edge", federates);
    allow(home, PUSH);
    set(home, "mobility", Map.of("push-notification-proxy-uri", "sip:push@" + PUSH));
    home.switchPush(true);
    home.call("PUT", "/v1/apps/" + Theatre.APP, Map.of("name", "Phone", "bundleId", Theatre.APP));
  }

  /// Changes a global object.
  void set(final Theatre server, final String collection, final Map<String, Object> values)
      throws Exception {
    server.call("PATCH", "/v1/settings/" + collection + "/global", Map.of("values", values));
  }

  void allow(final Theatre server, final String partner) throws Exception {
    server.call("PUT", "/v1/settings/allowed-domains/" + partner, Map.of("values", Map.of()));
  }

  /// Gets a handle at the clearing house for a token, as the publisher's app does: with a code of
  /// the partner's, and the challenge that came through the push.
  String handle(final String token, final String channel) throws Exception {
    final var code = house.call("POST", "/v1/federation/codes", Map.of("partner", HOME));
    final var claimed =
        house.asDevice(
            "",
            "POST",
            "/handles",
            Map.of(
                "app",
                Theatre.APP,
                "partner",
                HOME,
                "code",
                code.get("code").asText(),
                "token",
                Map.of("service", "apns", "channel", channel, "token", token)));
    final var handle = claimed.get("handle").asText();
    final var challenge =
        AcrossProcesses.get(
            "the challenge",
            () ->
                house.apple.pushes(token).stream()
                    .map(ArrivedPush::payload)
                    .map(FederationStage::read)
                    .flatMap(push -> push.findParents("type").stream())
                    .filter(part -> part.get("type").asText().equals("reveille:handle-challenge"))
                    .map(part -> part.get("id").asText())
                    .findFirst()
                    .orElse(null));
    final var active =
        house.asDevice(
            "", "POST", "/handles/" + handle + "/confirmation", Map.of("challenge", challenge));
    if (!active.get("state").asText().equals("active")) {
      throw new AssertionError(active);
    }
    return handle;
  }

  private static JsonNode read(final String text) {
    try {
      return JSON.readTree(text);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws Exception {
    try (dns;
        home;
        edge;
        house) {
      // each ends its process
    }
  }
}
