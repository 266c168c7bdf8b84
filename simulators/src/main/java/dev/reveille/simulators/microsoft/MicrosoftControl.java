package dev.reveille.simulators.microsoft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.microsoft.WindowsChannel.Reach;
import dev.reveille.simulators.microsoft.WindowsChannel.Service;
import dev.reveille.simulators.microsoft.WindowsChannel.State;
import dev.reveille.simulators.service.HeaderLine;
import dev.reveille.simulators.service.ServiceControl;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads requests to the control port of Microsoft's simulator and writes the answers. Beside what
/// all simulators have it has:
///
/// | request | does |
/// |---|---|
/// | `POST /identities` | makes an identity, or registers one: `{"kind": "store"\|"entra"}` |
/// | `GET /identities` | which are known |
/// | `POST /certificates` | makes a certificate for MPNS, or registers one |
/// | `DELETE /access-tokens` | all access tokens end now |
final class MicrosoftControl extends ServiceControl {
  private final MicrosoftSimulator microsoft;

  MicrosoftControl(final MicrosoftSimulator microsoft) {
    super(microsoft);
    this.microsoft = microsoft;
  }

  /// `{token?, service?, owner?, state?, device?, suppressed?}`.
  @Override
  protected ObjectNode token(final JsonNode body) {
    final String given = body.path("token").asText("");
    final String owner = body.path("owner").asText("");
    final String token =
        !given.isEmpty()
            ? given
            : constant(Service.class, body.path("service").asText("wns")) == Service.WNS
                ? microsoft.newChannel(owner)
                : microsoft.newPhoneChannel(owner);
    var channel = microsoft.channel(token);
    if (body.has("state")) {
      channel = channel.with(constant(State.class, body.path("state").asText()));
    }
    if (body.has("device")) {
      channel = channel.with(constant(Reach.class, body.path("device").asText()));
    }
    if (body.has("suppressed")) {
      final var types = new HashSet<String>();
      body.path("suppressed").forEach(type -> types.add(type.asText()));
      channel = channel.suppressing(types);
    }
    microsoft.put(channel);
    return json.createObjectNode().put("token", token).put("uri", microsoft.uri(token));
  }

  private static <E extends Enum<E>> E constant(final Class<E> type, final String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  @Override
  public JsonNode pushes(final String token, final long since) {
    final var all = json.createArrayNode();
    microsoft.channels().arrived().list(token, since).forEach(push -> all.add(push(push)));
    return all;
  }

  private ObjectNode push(final ArrivedNotification push) {
    final var call = push.call();
    final var node =
        json.createObjectNode()
            .put("sequence", push.sequence())
            .put("token", push.token())
            .put("service", push.service().name().toLowerCase(Locale.ROOT))
            .put("type", push.type())
            .put("time", call.at().toString())
            .put("method", call.method())
            .put("target", call.target())
            .put("status", push.status())
            .put("reason", push.reason());
    lines(node, "headers", call.headers());
    node.put("body", call.text()).put("bytes", Base64.getEncoder().encodeToString(call.body()));
    lines(node, "answered", push.answered());
    return node;
  }

  private static void lines(
      final ObjectNode node, final String name, final List<HeaderLine> lines) {
    final var all = node.putArray(name);
    lines.forEach(line -> all.addArray().add(line.name()).add(line.value()));
  }

  @Override
  public boolean knowsDevice(final String token) {
    return microsoft.channels().channel(token).isPresent();
  }

  @Override
  public AutoCloseable connect(final String token, final Consumer<JsonNode> device) {
    return microsoft
        .channels()
        .connect(
            token,
            delivery -> device.accept(push(delivery.push()).put("stored", delivery.stored())));
  }

  @Override
  protected String leaving() {
    return "";
  }

  @Override
  public @Nullable JsonNode ask(final String what, final JsonNode body) {
    return switch (what) {
      case "POST /identities" -> identity(body);
      case "GET /identities" -> identities();
      case "POST /certificates" -> certificate(body);
      case "DELETE /access-tokens" -> {
        microsoft.endAccessTokens();
        yield json.createObjectNode();
      }
      default -> null;
    };
  }

  /// `{kind?, tenant?, client-id?, client-secret?}`; without a client id it makes one.
  private JsonNode identity(final JsonNode body) {
    if (body.has("client-id")) {
      final var given =
          new MicrosoftIdentity(
              body.path("tenant").asText(""),
              body.path("client-id").asText(),
              body.path("client-secret").asText());
      microsoft.register(given);
      return shown(given);
    }
    final String kind = body.path("kind").asText("store");
    return switch (kind) {
      case "store" -> shown(microsoft.makeStoreIdentity());
      case "entra" -> shown(microsoft.makeEntraIdentity());
      default -> throw new IllegalArgumentException("kind is store or entra, not " + kind);
    };
  }

  ObjectNode shown(final MicrosoftIdentity identity) {
    return json.createObjectNode()
        .put("kind", identity.isOfStore() ? "store" : "entra")
        .put("tenant", identity.tenant())
        .put("client-id", identity.clientId())
        .put("client-secret", identity.secret())
        .put(
            "token-uri",
            identity.isOfStore()
                ? microsoft.storeTokenUri()
                : microsoft.entraTokenUri(identity.tenant()));
  }

  private JsonNode identities() {
    final var all = json.createArrayNode();
    for (final var identity : microsoft.tokens().all()) {
      final var one = shown(identity);
      one.remove("client-secret");
      all.add(one);
    }
    return all;
  }

  /// `{name, certificate?}`: registers the certificate, or makes one and answers it and its key.
  private JsonNode certificate(final JsonNode body) {
    final String name = body.path("name").asText();
    if (!body.has("certificate")) {
      final var made = microsoft.makeCertificate(name);
      return json.createObjectNode()
          .put("name", name)
          .put("certificate", made.leafPem())
          .put("key", made.keyPem());
    }
    final byte[] pem = body.path("certificate").asText().getBytes(StandardCharsets.US_ASCII);
    try {
      final var read =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pem));
      microsoft.register(name, read);
    } catch (CertificateException e) {
      throw new IllegalArgumentException("certificate is not PEM: " + e.getMessage(), e);
    }
    return json.createObjectNode().put("name", name);
  }
}
