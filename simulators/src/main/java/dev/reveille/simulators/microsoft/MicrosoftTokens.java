package dev.reveille.simulators.microsoft;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.ServiceAnswer;
import dev.reveille.simulators.service.ServiceCall;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// Microsoft's two token endpoints: that of the Store's identities (login.live.com) and Entra's
/// (login.microsoftonline.com). They exchange client credentials for bearer tokens, and know later
/// which identity a token belongs to. Thread-safe.
final class MicrosoftTokens {
  static final String STORE_PATH = "/accesstoken.srf";
  static final Pattern ENTRA_PATH = Pattern.compile("/([^/]+)/oauth2/v2\\.0/token");
  static final String STORE_SCOPE = "notify.windows.com";
  static final String ENTRA_SCOPE = "https://wns.windows.com/.default";
  private static final String GRANT = "client_credentials";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int TOKEN_BYTES = 180;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Issued(MicrosoftIdentity identity, Instant until) {}

  private final MicrosoftOptions options;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, MicrosoftIdentity> identities = new ConcurrentHashMap<>();
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();

  MicrosoftTokens(final MicrosoftOptions options) {
    this.options = options;
  }

  void register(final MicrosoftIdentity identity) {
    identities.put(identity.clientId(), identity);
  }

  /// Forgets an identity, with all access tokens that it earned.
  void revoke(final String clientId) {
    identities.remove(clientId);
    issued.values().removeIf(one -> one.identity().clientId().equals(clientId));
  }

  void endAll() {
    issued.clear();
  }

  List<MicrosoftIdentity> all() {
    return List.copyOf(identities.values());
  }

  Optional<MicrosoftIdentity> identity(final String clientId) {
    return Optional.ofNullable(identities.get(clientId));
  }

  long issuedSoFar() {
    return count.get();
  }

  static boolean isTokenPath(final String path) {
    return path.equals(STORE_PATH) || ENTRA_PATH.matcher(path).matches();
  }

  // ---- the token endpoints ----

  ServiceAnswer grant(final ServiceCall call) {
    final boolean store = call.path().equals(STORE_PATH);
    if (!call.method().equals("POST")) {
      return ServiceAnswer.of(405, "METHOD_NOT_ALLOWED").with("Allow", "POST");
    }
    if (!call.header("Content-Type").split(";", 2)[0].strip().equalsIgnoreCase(FORM)) {
      return refused(store, 400, "invalid_request", 900144, "The body must be a form.");
    }
    final var form = new QueryStringDecoder(call.text(), StandardCharsets.UTF_8, false);
    if (!field(form, "grant_type").equals(GRANT)) {
      return refused(
          store, 400, "unsupported_grant_type", 70003, "The grant type must be " + GRANT + ".");
    }
    final String scope = field(form, "scope");
    if (!scope.equals(store ? STORE_SCOPE : ENTRA_SCOPE)) {
      return refused(store, 400, "invalid_scope", 70011, "The scope " + scope + " is not valid.");
    }
    final var identity = identities.get(field(form, "client_id"));
    if (identity == null || identity.isOfStore() != store) {
      return store
          ? refused(true, 400, "invalid_client", 0, "Invalid client id")
          : refused(false, 400, "unauthorized_client", 700016, "The application was not found.");
    }
    final var match = ENTRA_PATH.matcher(call.path());
    if (match.matches() && !match.group(1).equalsIgnoreCase(identity.tenant())) {
      return refused(false, 400, "invalid_request", 90002, "The tenant was not found.");
    }
    if (!isSame(identity.secret(), field(form, "client_secret"))) {
      return refused(
          store, store ? 400 : 401, "invalid_client", 7000215, "Invalid client secret provided.");
    }
    return granted(identity);
  }

  private ServiceAnswer granted(final MicrosoftIdentity identity) {
    final byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    final String token = "EgAfAQMAAAAE" + Base64.getEncoder().encodeToString(bytes);
    final long life = options.tokenLife().toSeconds();
    issued.put(token, new Issued(identity, options.clock().instant().plusSeconds(life)));
    count.incrementAndGet();
    final var body =
        JSON.createObjectNode()
            .put("token_type", identity.isOfStore() ? "bearer" : "Bearer")
            .put("access_token", token)
            .put("expires_in", life);
    if (!identity.isOfStore()) {
      body.put("ext_expires_in", life);
    }
    return ServiceAnswer.json(200, "TOKEN", body.toString()).with("Cache-Control", "no-store");
  }

  /// @param number of Entra's errors (`AADSTS...`)
  private ServiceAnswer refused(
      final boolean store,
      final int status,
      final String error,
      final int number,
      final String words) {
    final var body = JSON.createObjectNode().put("error", error);
    if (store) {
      body.put("error_description", words);
    } else {
      body.put("error_description", "AADSTS" + number + ": " + words);
      body.putArray("error_codes").add(number);
      body.put("timestamp", options.clock().instant().toString());
      body.put("trace_id", UUID.randomUUID().toString());
      body.put("correlation_id", UUID.randomUUID().toString());
    }
    return ServiceAnswer.json(status, error, body.toString()).with("Cache-Control", "no-store");
  }

  private static String field(final QueryStringDecoder form, final String name) {
    final var values = form.parameters().getOrDefault(name, List.of());
    return values.size() == 1 ? values.getFirst() : "";
  }

  private static boolean isSame(final String known, final String given) {
    return MessageDigest.isEqual(
        known.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  // ---- bearer tokens ----

  /// Whose bearer it is; empty for one that is unknown or over.
  Optional<MicrosoftIdentity> bearer(final String authorization) {
    final String[] words = authorization.split(" ", 2);
    final var known =
        words.length == 2 && words[0].equalsIgnoreCase("bearer") ? issued.get(words[1]) : null;
    return known != null && options.clock().instant().isBefore(known.until())
        ? Optional.of(known.identity())
        : Optional.empty();
  }
}
