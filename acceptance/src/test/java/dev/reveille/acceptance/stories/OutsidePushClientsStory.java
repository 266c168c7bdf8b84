package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.browser.ArrivedWebPush;
import dev.reveille.simulators.browser.BrowserOptions;
import dev.reveille.simulators.browser.BrowserSimulator;
import dev.reveille.simulators.browser.BrowserSubscription;
import dev.reveille.simulators.microsoft.ArrivedNotification;
import dev.reveille.simulators.microsoft.MicrosoftOptions;
import dev.reveille.simulators.microsoft.MicrosoftSimulator;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Push clients from npm, which know nothing of us, send to our simulators: what they send must
/// arrive as it is, and what the simulators answer they must understand. So the simulators are
/// judged before they judge the server.
final class OutsidePushClientsStory {
  private static final Path SCRIPTS = Packaged.launcher().resolveSibling("acceptance/node");
  private static final int LONGEST_SECONDS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  @TempDir private Path folder;

  // ---- Web Push ----

  @Test
  void what_web_push_sends_a_browser_reads_and_so_do_two_other_packages() throws Exception {
    try (var browser = BrowserSimulator.start(BrowserOptions.DEFAULT)) {
      final var told = JSON.createObjectNode();
      told.put("control", browser.control()).put("subject", "mailto:ops@example.com");
      final var messages = told.putArray("messages");
      final var texts =
          List.of("Anna ruft an: Gr\u00fc\u00dfe \ud83d\udcde", "{\"v\":1}", "x".repeat(3_000));
      message(messages, texts.get(0), 30, "high", "call-17");
      message(messages, texts.get(1), 0, "very-low", "");
      message(messages, texts.get(2), 2_419_200, "normal", "chat_3");
      message(messages, "too late", 30, "normal", "").put("state", "gone");
      final var said = node("web-push.js", told, browser.authorityPem());

      assertEquals(List.of(201, 201, 201, 410), statuses(said.get("answers")), said::toString);
      final var subscription =
          browser.subscription(said.at("/subscription/token").asText()).orElseThrow();
      assertEquals(said.get("publicKey").asText(), subscription.applicationServerKey());
      final var pushes = browser.pushes(subscription.token());
      assertEquals(
          texts, pushes.stream().limit(3).map(push -> push.payload().orElse("?")).toList());
      assertEquals(List.of("30", "0", "2419200", "30"), headers(pushes, "ttl"));
      assertEquals(List.of("high", "very-low", "normal", "normal"), headers(pushes, "urgency"));
      assertEquals(List.of("call-17", "", "chat_3", ""), headers(pushes, "topic"));
      for (int at = 0; at < 3; at++) {
        final var location = said.at("/answers/" + at + "/headers/location").asText();
        assertEquals(browser.origin() + "/m/" + pushes.get(at).message(), location);
      }
      assertEquals(texts, opened(subscription, pushes.subList(0, 3)));
    }
  }

  private static ObjectNode message(
      final ArrayNode all,
      final String payload,
      final int ttl,
      final String urgency,
      final String topic) {
    final var one = all.addObject().put("payload", payload);
    final var options = one.putObject("options").put("TTL", ttl).put("urgency", urgency);
    if (!topic.isEmpty()) {
      options.put("topic", topic);
    }
    return one;
  }

  private static List<Integer> statuses(final JsonNode answers) {
    return answers.valueStream().map(answer -> answer.get("status").asInt()).toList();
  }

  private static List<String> headers(final List<ArrivedWebPush> pushes, final String name) {
    return pushes.stream().map(push -> push.header(name)).toList();
  }

  /// What `http_ece` and `web-push-testing` read in what arrived.
  private List<String> opened(
      final BrowserSubscription subscription, final List<ArrivedWebPush> pushes) throws Exception {
    final var told = JSON.createArrayNode();
    final byte[] number = ((ECPrivateKey) subscription.pair().getPrivate()).getS().toByteArray();
    final var key = new byte[32];
    final int skip = Math.max(0, number.length - key.length);
    System.arraycopy(number, skip, key, key.length - (number.length - skip), number.length - skip);
    for (final var push : pushes) {
      final var one = told.addObject();
      final var lines = one.putObject("headers");
      push.call()
          .headers()
          .forEach(line -> lines.put(line.name().toLowerCase(Locale.ROOT), line.value()));
      one.put("body", URL.encodeToString(push.call().body()))
          .put("privateKey", URL.encodeToString(key))
          .put("publicKey", subscription.p256dh())
          .put("auth", subscription.auth())
          .put("applicationServerKey", subscription.applicationServerKey());
    }
    final var said = node("opened.js", told, "");
    for (final var one : said) {
      assertEquals(one.get("ece"), one.get("testing"));
    }
    return said.valueStream().map(one -> one.get("ece").asText()).toList();
  }

  // ---- WNS and MPNS ----

  @Test
  void what_wns_and_mpns_send_arrives_and_they_understand_the_answers() throws Exception {
    final String host = "sim.notify.windows.com";
    try (var microsoft = MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost(host))) {
      final var identity = microsoft.makeStoreIdentity();
      final String channel = microsoft.newChannel(identity.clientId());
      final String phone = microsoft.newPhoneChannel("");
      final var told =
          JSON.createObjectNode().put("port", microsoft.port()).put("servername", host);
      told.put("wns", microsoft.uri(channel)).put("mpns", microsoft.uri(phone));
      told.putObject("identity")
          .put("client_id", identity.clientId())
          .put("client_secret", identity.secret());
      final var said = node("microsoft.js", told, microsoft.authorityPem());

      final var pushes = microsoft.pushes(channel);
      assertEquals(List.of("toast", "tile", "badge", "raw"), types(pushes));
      // the device is away: what may not wait for it is dropped, which `wns` calls a failure
      assertEquals(
          List.of("RECEIVED", "RECEIVED", "RECEIVED", "DROPPED"),
          pushes.stream().map(ArrivedNotification::reason).toList());
      final var toast = said.at("/wns/toast/sent");
      assertEquals(200, toast.get("status").asInt(), said::toString);
      assertEquals("disconnected", toast.at("/headers/x-wns-deviceconnectionstatus").asText());
      assertTrue(said.at("/wns/raw/failed/message").asText().contains("dropped"), said::toString);

      final var phonePushes = microsoft.pushes(phone);
      assertEquals(List.of("toast", "tile", "raw"), types(phonePushes));
      for (final var type : types(phonePushes)) {
        final var sent = said.at("/mpns/" + type + "/sent");
        assertEquals("Received", sent.at("/headers/notification").asText(), said::toString);
        assertEquals("TempDisconnected", sent.at("/headers/device").asText());
        assertEquals("Active", sent.at("/headers/subscription").asText());
      }
      assertEquals(said.at("/texts/raw").asText(), pushes.getLast().text());
      assertEquals(said.at("/texts/raw").asText(), phonePushes.getLast().text());
      areAsRecorded("/wns", pushes);
      areAsRecorded("/mpns", phonePushes);
    }
  }

  private static List<String> types(final List<ArrivedNotification> pushes) {
    return pushes.stream().map(ArrivedNotification::type).toList();
  }

  /// The simulator saw, line by line, what a plain server saw of the same packages.
  private static void areAsRecorded(final String service, final List<ArrivedNotification> pushes)
      throws Exception {
    for (final var push : pushes) {
      final var recorded = recorded().at(service + "/" + push.type());
      assertEquals(recorded.get("body").asText(), push.text());
      final var seen = JSON.createArrayNode();
      for (final var line : push.call().headers()) {
        seen.addArray().add(line.name()).add(line.value());
      }
      assertEquals(comparable(recorded.get("headers")), comparable(seen));
    }
  }

  /// Without what differs each time.
  private static Map<String, String> comparable(final JsonNode lines) {
    return lines
        .valueStream()
        .filter(line -> !List.of("Authorization", "Host").contains(line.get(0).asText()))
        .collect(Collectors.toMap(line -> line.get(0).asText(), line -> line.get(1).asText()));
  }

  private static JsonNode recorded() throws Exception {
    try (InputStream file =
        OutsidePushClientsStory.class.getResourceAsStream("/recorded/microsoft-requests.json")) {
      return JSON.readTree(file);
    }
  }

  @Test
  void the_recorded_requests_are_those_that_the_packages_write() throws Exception {
    assertEquals(
        recorded().toPrettyString(),
        node("written-requests.js", JSON.createObjectNode(), "").toPrettyString());
  }

  // ---- Node ----

  /// Runs a script with this on its standard input.
  ///
  /// @param authority whom it trusts beside the usual, as PEM; "" for none
  private JsonNode node(final String script, final JsonNode told, final String authority)
      throws Exception {
    assertTrue(
        Files.isDirectory(SCRIPTS.resolve("node_modules")),
        "the packages are not there: ./verify fetches them, or npm ci in " + SCRIPTS);
    final var in = Files.writeString(folder.resolve("in.json"), told.toString());
    final var out = folder.resolve("out.json");
    final var error = folder.resolve("error.txt");
    final var builder =
        new ProcessBuilder("node", SCRIPTS.resolve(script).toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(error.toFile());
    if (!authority.isEmpty()) {
      final var ca = Files.writeString(folder.resolve("ca.pem"), authority);
      builder.environment().put("NODE_EXTRA_CA_CERTS", ca.toString());
    }
    final var process = builder.start();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(script + " did not end: " + Files.readString(error));
    }
    assertEquals(0, process.exitValue(), () -> script + ": " + read(error));
    return JSON.readTree(Files.readString(out));
  }

  private static String read(final Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
