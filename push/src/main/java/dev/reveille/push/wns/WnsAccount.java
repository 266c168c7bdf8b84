package dev.reveille.push.wns;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.TokenEndpoint;
import dev.reveille.push.url.UrlSettings;
import io.netty.channel.EventLoopGroup;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The identity under which one app sends through WNS, with its access token. Identities of the
/// Store and of Entra differ in the token endpoint and in the scope.
final class WnsAccount implements KnownApps.Account {
  private static final String STORE = "https://login.live.com";
  private static final String STORE_PATH = "/accesstoken.srf";
  private static final String STORE_SCOPE = "notify.windows.com";
  private static final String ENTRA = "https://login.microsoftonline.com";
  private static final String ENTRA_SCOPE = "https://wns.windows.com/.default";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LONGEST_SECRET = 1_024;
  private static final Pattern PACKAGE_SID =
      Pattern.compile("ms-app://[sS]-1-15-2(?:-[0-9]{1,10}){1,15}/?");
  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final Pattern DOMAIN =
      Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}");

  /// Entra's words for "whichever tenant the user is of"; an app alone has no user.
  private static final Set<String> NO_TENANT = Set.of("common", "organizations", "consumers");

  private final AccessToken token;

  /// @throws IllegalArgumentException that begins with the field that is wrong
  WnsAccount(
      final Credential.Wns credential,
      final UrlSettings settings,
      final EventLoopGroup loops,
      final InstantSource clock) {
    check(credential);
    final boolean store = credential.tenant().isEmpty();
    final var way = settings.wayOut();
    final var where =
        Endpoint.of("endpoint", credential.endpoint(), store ? STORE : ENTRA, way.allowed());
    final var path = store ? STORE_PATH : "/" + credential.tenant() + "/oauth2/v2.0/token";
    final var url = PublicUrl.of(where.url().origin() + path, AddressGuard.OPERATOR, false);
    final var form = form(credential, store ? STORE_SCOPE : ENTRA_SCOPE);
    this.token =
        new AccessToken(
            new TokenEndpoint(
                url,
                way.toService(
                    PushService.WNS,
                    url,
                    Endpoint.certificates(credential.trust()),
                    HttpVersions.EITHER),
                PATIENCE,
                loops,
                settings.pool(),
                () -> form),
            clock);
  }

  private static void check(final Credential.Wns credential) {
    final var client = credential.client();
    if (credential.tenant().isEmpty()) {
      require(
          PACKAGE_SID.matcher(client).matches(),
          "client",
          UUID.matcher(client).matches()
              ? "is an application id of Entra, which needs its tenant; without a tenant it is the"
                  + " package SID (ms-app://s-1-15-2-…)"
              : "must be the package SID as the Store shows it, ms-app://s-1-15-2-…");
    } else {
      checkTenant(credential.tenant());
      require(
          UUID.matcher(client).matches(),
          "client",
          PACKAGE_SID.matcher(client).matches()
              ? "is a package SID of the Store, which goes without a tenant"
              : "must be the application (client) id as Entra shows it, a UUID");
    }
    final var secret = credential.secret();
    require(!secret.isBlank(), "secret", "must not be empty");
    require(
        secret.length() <= LONGEST_SECRET && secret.chars().allMatch(c -> c > 0x20 && c < 0x7F),
        "secret",
        "must have at most "
            + LONGEST_SECRET
            + " visible ASCII characters; give its value, not its id");
    require(
        !UUID.matcher(secret).matches(),
        "secret",
        "is a UUID, as Entra's secret ids are; give the secret's value");
    require(
        credential.expires().isEmpty() || isMoment(credential.expires()),
        "expires",
        "must be a date (2027-01-31) or a moment (2027-01-31T12:00:00Z) of ISO 8601");
  }

  private static void checkTenant(final String tenant) {
    require(
        !NO_TENANT.contains(tenant.toLowerCase(Locale.ROOT)),
        "tenant",
        "must be the app's own, not " + tenant);
    require(
        UUID.matcher(tenant).matches() || DOMAIN.matcher(tenant).matches(),
        "tenant",
        "must be the directory (tenant) id, a UUID, or a domain of the tenant");
  }

  private static void require(final boolean right, final String field, final String words) {
    if (!right) {
      throw new IllegalArgumentException(field + ": " + words);
    }
  }

  private static boolean isMoment(final String text) {
    try {
      if (text.indexOf('T') < 0) {
        return LocalDate.parse(text) != null;
      }
      return OffsetDateTime.parse(text) != null;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static String form(final Credential.Wns credential, final String scope) {
    return "grant_type=client_credentials"
        + "&client_id="
        + encoded(credential.client())
        + "&client_secret="
        + encoded(credential.secret())
        + "&scope="
        + encoded(scope);
  }

  private static String encoded(final String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  AccessToken token() {
    return token;
  }

  @Override
  public void close() {
    token.close();
  }
}
