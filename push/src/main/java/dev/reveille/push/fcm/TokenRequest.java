package dev.reveille.push.fcm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reveille.http.client.ConnectFailure;
import dev.reveille.http.client.NameLookup;
import dev.reveille.http.client.NameServers;
import dev.reveille.model.Cause;
import dev.reveille.model.Reason;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.Unreachable;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Asks the token endpoint for an access token (RFC 7523): a signed statement goes in, a bearer
/// token comes out. Blocks; needed about once an hour.
final class TokenRequest implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final Duration STATEMENT_LIFE = Duration.ofHours(1);
  private static final long LONGEST_LIFE_SECONDS = 86_400;
  private static final int HTTPS = 443;
  private static final long MOST_BYTES = 64 * 1024;

  /// What came of it.
  sealed interface Result {
    record Token(String value, Duration life) implements Result {
      @Override
      public String toString() {
        return "Token[…]";
      }
    }

    /// Asking again changes nothing.
    record Refused(String words) implements Result {}

    /// @param cause why the endpoint was not reached, where that is known
    record Later(Reason why, String words, Optional<Duration> retryAfter, Optional<Cause> cause)
        implements Result {}
  }

  private final ServiceAccountFile account;
  private final Duration patience;
  private final InstantSource clock;
  private final EventLoopGroup loops;
  private final NameServers nameServers;
  private final HttpClient http;

  TokenRequest(
      final ServiceAccountFile account,
      final List<X509Certificate> anchors,
      final Duration patience,
      final EventLoopGroup loops,
      final NameServers nameServers,
      final InstantSource clock) {
    this.loops = loops;
    this.nameServers = nameServers;
    this.account = account;
    this.patience = patience;
    this.clock = clock;
    final var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience);
    if (!anchors.isEmpty()) {
      builder.sslContext(trusting(anchors));
    }
    this.http = builder.build();
  }

  private static SSLContext trusting(final List<X509Certificate> anchors) {
    try {
      final var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < anchors.size(); i++) {
        store.setCertificateEntry("anchor-" + i, anchors.get(i));
      }
      final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      final var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the certificates to trust are not usable", e);
    }
  }

  Result ask() throws InterruptedException {
    // the client looks the name up by itself, and reports a failure late and without its cause
    final var noName = NameLookup.check(loops, nameServers, account.tokenUri().getHost());
    if (noName.isPresent()) {
      return unreachable(noName.get());
    }
    final String form =
        "grant_type="
            + URLEncoder.encode(GRANT, StandardCharsets.US_ASCII)
            + "&assertion="
            + statement();
    final var answer =
        http.sendAsync(
            HttpRequest.newBuilder(account.tokenUri())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            BodyHandlers.limiting(BodyHandlers.ofString(), MOST_BYTES));
    try {
      // a request's own time-out ends with the head of the answer, and the body may stall too
      return read(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return unreachable(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        return unreachable(cause);
      }
      throw new IllegalStateException("the request for an access token failed", e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private Result unreachable(final Throwable e) {
    final var uri = account.tokenUri();
    final int port = uri.getPort() < 0 ? HTTPS : uri.getPort();
    return new Result.Later(
        Reason.SERVICE_UNREACHABLE,
        "no access token: " + uri.getHost() + ":" + port + ": " + kind(e),
        Optional.empty(),
        ConnectFailure.of(e).map(Unreachable::cause));
  }

  private Result read(final HttpResponse<String> answer) {
    final var body = json(answer.body());
    if (answer.statusCode() == 200) {
      final String token = body.path("access_token").asText("");
      final long seconds = body.path("expires_in").asLong(0);
      if (token.isEmpty() || seconds <= 0 || !token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
        return new Result.Later(
            Reason.SERVICE_UNAVAILABLE,
            "no access token: the answer holds none",
            Optional.empty(),
            Optional.empty());
      }
      return new Result.Token(token, Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE_SECONDS)));
    }
    final String words =
        "no access token: "
            + answer.statusCode()
            + said(body, "error")
            + said(body, "error_description");
    if (answer.statusCode() == 429 || answer.statusCode() >= 500) {
      return new Result.Later(
          Reason.SERVICE_UNAVAILABLE,
          words,
          RetryAfter.read(answer.headers().firstValue("retry-after").orElse("")),
          Optional.empty());
    }
    return new Result.Refused(words);
  }

  /// The platform's own words, without what could break a log line.
  private static String said(final JsonNode body, final String field) {
    final String text = body.path(field).asText("").replaceAll("[^\\x20-\\x7E]", "?");
    return text.isEmpty() ? "" : " " + text.substring(0, Math.min(text.length(), 200));
  }

  private static JsonNode json(final String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }

  private static String kind(final Throwable e) {
    return e.getClass().getSimpleName()
        + (e.getMessage() == null ? "" : ": " + e.getMessage().lines().findFirst().orElse(""));
  }

  private String statement() {
    final long now = clock.instant().getEpochSecond();
    final var header = JSON.createObjectNode().put("alg", "RS256").put("typ", "JWT");
    if (!account.keyId().isEmpty()) {
      header.put("kid", account.keyId());
    }
    final var claims =
        JSON.createObjectNode()
            .put("iss", account.email())
            .put("scope", SCOPE)
            .put("aud", account.tokenUri().toString())
            .put("iat", now)
            .put("exp", now + STATEMENT_LIFE.toSeconds());
    final var base64 = Base64.getUrlEncoder().withoutPadding();
    final String text =
        base64.encodeToString(header.toString().getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
    try {
      final var signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(account.key());
      signer.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + base64.encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key that was read cannot sign", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
