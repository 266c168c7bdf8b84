package dev.reveille.acceptance.stories;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Shared access signatures as clients of hubs make them, each in its own way. Written without the
/// server's code, which judges them.
final class HubSignature {
  private static final String SCHEME = "SharedAccessSignature ";

  private final Map<String, String> parts = new LinkedHashMap<>();

  /// @param signs `form`: the URL in small letters, encoded as a form is, escapes in small letters
  ///   too (Android, Java); `net`: the same, all other parts too (.NET); `http`: percent-encoded,
  ///   with the scheme `http` (iOS)
  /// @param end after which it does not count
  HubSignature(
      final String signs,
      final String url,
      final String policy,
      final String key,
      final Instant end) {
    final var lower = url.toLowerCase(Locale.ROOT);
    final var resource =
        switch (signs) {
          case "form", "net" -> form(lower).toLowerCase(Locale.ROOT);
          case "http" -> percent(lower.replace("https://", "http://")).toLowerCase(Locale.ROOT);
          default -> throw new IllegalArgumentException("no client signs like " + signs);
        };
    final var seconds = Long.toString(end.getEpochSecond());
    final var signature = hmac(key, resource + "\n" + seconds);
    parts.put("sr", resource);
    parts.put(
        "sig",
        switch (signs) {
          case "http" -> percent(signature);
          case "net" ->
              form(signature).replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
          default -> form(signature);
        });
    parts.put("se", seconds);
    parts.put("skn", signs.equals("net") ? form(policy) : policy);
  }

  private static String form(final String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String percent(final String text) {
    return form(text).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }

  private static String hmac(final String key, final String text) {
    try {
      final var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  /// The same without one of its parts.
  HubSignature without(final String part) {
    parts.remove(part);
    return this;
  }

  /// The same with another first or, of the resource and the end, last character in a part.
  HubSignature altered(final String part) {
    parts.computeIfPresent(
        part,
        (_, value) ->
            part.equals("sig") || part.equals("skn")
                ? (value.charAt(0) == 'A' ? 'B' : 'A') + value.substring(1)
                : value.substring(0, value.length() - 1) + (value.endsWith("1") ? '2' : '1'));
    return this;
  }

  /// As it stands in `Authorization`.
  @Override
  public String toString() {
    return SCHEME
        + parts.entrySet().stream()
            .map(part -> part.getKey() + "=" + part.getValue())
            .collect(Collectors.joining("&"));
  }
}
