package dev.reveille.bench.siege;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Makes what an attack needs before it starts, by usual requests of an organisation: users, keys,
/// an app with phones, inboxes full of large messages.
final class Groundwork implements AutoCloseable {
  /// Text of one large message. An event may have 64 KiB of content.
  static final int LARGE = 60_000;

  private static final int LARGE_PER_REQUEST = 60; // of 4 MiB
  private static final int AT_ONCE = 16;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final AttackTarget target;
  private final HttpClient client;

  Groundwork(final AttackTarget target) throws IOException {
    this.target = target;
    this.client =
        HttpClient.newBuilder().sslContext(trusting(target)).connectTimeout(LONGEST).build();
  }

  static SSLContext trusting(final AttackTarget target) throws IOException {
    try {
      final var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null);
      int number = 0;
      for (final var certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(Files.readAllBytes(target.authority())))) {
        store.setCertificateEntry("authority" + number++, certificate);
      }
      final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      final var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (final GeneralSecurityException wrong) {
      throw new IOException("cannot trust " + target.authority(), wrong);
    }
  }

  /// A request with the attacker's key, or with a device token.
  static HttpRequest.Builder request(final URI listener, final String path, final String secret) {
    return HttpRequest.newBuilder(listener.resolve(path))
        .timeout(LONGEST)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + secret);
  }

  static String json(final Object value) {
    try {
      return Tally.JSON.writeValueAsString(value);
    } catch (final IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// @throws IOException when the answer is no success
  JsonNode api(final String method, final String path, final Object body) throws IOException {
    return answer(
        request(target.api(), path, target.key())
            .method(method, HttpRequest.BodyPublishers.ofString(json(body))));
  }

  private JsonNode answer(final HttpRequest.Builder asked) throws IOException {
    try {
      final var request = asked.build();
      final var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(
            request.uri().getPath() + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body().isEmpty() ? Tally.JSON.nullNode() : Tally.JSON.readTree(answer.body());
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private static <T> List<T> atOnce(final List<Callable<T>> work) throws IOException {
    try (var workers = Executors.newFixedThreadPool(AT_ONCE)) {
      final var all = new ArrayList<T>();
      for (final var done : workers.invokeAll(work)) {
        all.add(done.get());
      }
      return all;
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } catch (final ExecutionException failed) {
      throw new IOException(failed);
    }
  }

  /// Users with the numbers 0 and up.
  void users(final int count) throws IOException {
    final var work = new ArrayList<Callable<JsonNode>>();
    for (int i = 0; i < count; i++) {
      final var path = "/v1/users/" + target.user(i);
      work.add(() -> api("PUT", path, Map.of()));
    }
    final var _ = atOnce(work);
  }

  /// Secrets of new keys.
  List<String> keys(final int count, final String right) throws IOException {
    final var work = new ArrayList<Callable<String>>();
    for (int i = 0; i < count; i++) {
      work.add(() ->
          api("POST", "/v1/keys", Map.of("rights", List.of(right), "note", target.run()))
              .get("secret")
              .asText());
    }
    return atOnce(work);
  }

  /// Puts large messages into the inboxes of the first users.
  void fill(final int users, final int messages) throws IOException {
    final var to = names(target, users);
    for (int done = 0; done < messages; done += LARGE_PER_REQUEST) {
      final var events = new ArrayList<Map<String, Object>>();
      for (int i = done; i < Math.min(messages, done + LARGE_PER_REQUEST); i++) {
        events.add(message(target, "fat-" + i, to, "x".repeat(LARGE)));
      }
      final var _ = api("POST", "/v1/events", events);
    }
  }

  static Map<String, Object> message(
      final AttackTarget target, final String id, final List<String> users, final String text) {
    return Map.of(
        "source",
        target.run(),
        "id",
        id,
        "class",
        "message",
        "conversation",
        "c",
        "to",
        users,
        "content",
        Map.of("title", "Siege", "text", text));
  }

  /// A call that rings for as long as a call may.
  static Map<String, Object> call(
      final AttackTarget target, final String id, final List<String> users) {
    final var caller = Map.of("name", "Siege", "address", "sip:s@example.com");
    return Map.of(
        "source",
        target.run(),
        "id",
        id,
        "class",
        "call",
        "to",
        users,
        "ringFor",
        "PT10M",
        "call",
        Map.of("id", id, "caller", caller));
  }

  static List<String> names(final AttackTarget target, final int users) {
    final var names = new ArrayList<String>();
    for (int i = 0; i < users; i++) {
      names.add(target.user(i));
    }
    return names;
  }

  /// The attacker's own app, with the push switch on.
  void app() throws IOException {
    final var apple = target.apple();
    final var app = "/v1/apps/" + target.app();
    final var _ = api("PUT", app, Map.of("name", "Siege", "bundleId", target.app()));
    final var _ =
        api(
            "PUT",
            app + "/credentials/apns",
            Map.of(
                "team", apple.team(),
                "keyId", apple.keyId(),
                "key", apple.key(),
                "endpoint", apple.endpoint(),
                "trust", apple.trust()));
    final var _ =
        api(
            "PUT",
            "/v1/settings/push-notification/global",
            Map.of("values", Map.of("apple", true)));
  }

  /// Device tokens of phones of a user, with a push token each as long as there are some.
  List<String> phones(final int user, final int count, final boolean push) throws IOException {
    final var work = new ArrayList<Callable<String>>();
    for (int i = 0; i < count; i++) {
      final int number = i;
      work.add(() -> phone(user, push ? target.tokens().get(number) : ""));
    }
    return atOnce(work);
  }

  private String phone(final int user, final String push) throws IOException {
    final var code =
        api("POST", "/v1/users/" + target.user(user) + "/codes", Map.of("app", target.app()))
            .get("code")
            .asText();
    final var tokens =
        push.isEmpty()
            ? List.of()
            : List.of(Map.of("service", "apns", "channel", "message", "token", push));
    return answer(
            HttpRequest.newBuilder(target.devices().resolve("/device/v1/installations"))
                .timeout(LONGEST)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        json(
                            Map.of(
                                "app",
                                target.app(),
                                "code",
                                code,
                                "platform",
                                "ios",
                                "osMajor",
                                18,
                                "tokens",
                                tokens)))))
        .get("token")
        .asText();
  }

  @Override
  public void close() {
    client.close();
  }
}
