package dev.reveille.protocols.sas;

import dev.reveille.model.Secret;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads and writes connection strings, with which callers of a hub are configured: the address of
/// a namespace, and a policy's name and key. It contains a secret: never in logs.
///
/// [#print] gives the one form that all known clients take: three parts in this order, the host
/// with its port under the scheme `sb`, one `/` behind it and no `;` at the end. [#parse] takes
/// more: blanks, empty parts, any order, names in any case, `https`, and a part `EntityPath`.
///
/// @param host a name or an address, in lower case; an address of IPv6 in brackets
/// @param port 0 for the usual one, 443
/// @param entityPath the hub that the string is for; "" when it names none
public record ConnectionString(
    String host, int port, String keyName, Secret key, String entityPath) {
  /// Of names and keys, in characters.
  public static final int LONGEST_WORD = 256;

  private static final int LONGEST = 4_096;
  private static final int LONGEST_HOST = 253;
  private static final int LARGEST_PORT = 65_535;
  private static final String ENDPOINT = "endpoint";
  private static final String KEY_NAME = "sharedaccesskeyname";
  private static final String KEY = "sharedaccesskey";
  private static final String ENTITY_PATH = "entitypath";
  private static final Set<String> KNOWN = Set.of(ENDPOINT, KEY_NAME, KEY, ENTITY_PATH);

  public ConnectionString {
    if (!isHost(host)) {
      throw new IllegalArgumentException("Endpoint: must name a host in lower case");
    }
    if (port < 0 || port > LARGEST_PORT) {
      throw new IllegalArgumentException("Endpoint: a port is at most " + LARGEST_PORT);
    }
    word("SharedAccessKeyName", keyName);
    word("SharedAccessKey", key.text());
  }

  /// For a namespace, with no hub in it.
  public ConnectionString(
      final String host, final int port, final String keyName, final Secret key) {
    this(host, port, keyName, key, "");
  }

  /// @throws IllegalArgumentException whose message names the part that is wrong, and does not show
  ///   the key
  public static ConnectionString parse(final String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a connection string has at most " + LONGEST + " characters");
    }
    final Map<String, String> parts = new HashMap<>();
    for (final var part : text.split(";", -1)) {
      if (part.isBlank()) {
        continue;
      }
      final int equal = part.indexOf('=');
      final var name = (equal < 0 ? part : part.substring(0, equal)).strip();
      final var lower = name.toLowerCase(Locale.ROOT);
      if (equal < 0 || !KNOWN.contains(lower)) {
        throw new IllegalArgumentException(
            "a connection string has the parts Endpoint=sb://HOST/;SharedAccessKeyName=NAME;"
                + "SharedAccessKey=KEY, and one of yours is none of them");
      }
      if (parts.putIfAbsent(lower, part.substring(equal + 1).strip()) != null) {
        throw new IllegalArgumentException(name + ": is there twice");
      }
    }
    return of(
        required(parts, ENDPOINT, "Endpoint"),
        required(parts, KEY_NAME, "SharedAccessKeyName"),
        Secret.of(required(parts, KEY, "SharedAccessKey")),
        parts.getOrDefault(ENTITY_PATH, ""));
  }

  private static String required(
      final Map<String, String> parts, final String part, final String name) {
    final var value = parts.getOrDefault(part, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + ": is missing");
    }
    return value;
  }

  private static ConnectionString of(
      final String endpoint, final String keyName, final Secret key, final String entityPath) {
    final int end = endpoint.indexOf("://");
    final var scheme = end < 0 ? "" : endpoint.substring(0, end).toLowerCase(Locale.ROOT);
    if (!scheme.equals("sb") && !scheme.equals("https")) {
      throw new IllegalArgumentException("Endpoint: must begin with sb:// or https://");
    }
    var authority = endpoint.substring(end + "://".length());
    if (authority.endsWith("/")) {
      authority = authority.substring(0, authority.length() - 1);
    }
    if (authority.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "Endpoint: must have no path; clients drop it, and the hub is named apart");
    }
    final int colon = authority.lastIndexOf(':');
    final boolean hasPort = colon > authority.lastIndexOf(']');
    final var host = (hasPort ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    final int port = hasPort ? port(authority.substring(colon + 1)) : 0;
    return new ConnectionString(host, port, keyName, key, entityPath);
  }

  private static int port(final String text) {
    final boolean isNumber =
        !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    final int port = isNumber ? Integer.parseInt(text) : 0;
    if (port == 0 || port > LARGEST_PORT) {
      throw new IllegalArgumentException("Endpoint: a port is a number from 1 to " + LARGEST_PORT);
    }
    return port;
  }

  private static boolean isHost(final String host) {
    final boolean isAddress = host.startsWith("[") && host.endsWith("]") && host.length() > 3;
    final var inside = isAddress ? host.substring(1, host.length() - 1) : host;
    final var others = isAddress ? ":." : "-._";
    return !inside.isEmpty()
        && inside.length() <= LONGEST_HOST
        && inside
            .chars()
            .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || others.indexOf(c) >= 0);
  }

  private static void word(final String name, final String value) {
    if (value.isEmpty() || value.length() > LONGEST_WORD) {
      throw new IllegalArgumentException(
          name + ": must have 1 to " + LONGEST_WORD + " characters, not " + value.length());
    }
    if (!value.equals(value.strip())
        || value.chars().anyMatch(c -> c == ';' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          name + ": must hold no semicolon and no control character, and no blank at an end");
    }
  }

  /// Host and port as a URL names them.
  public String authority() {
    return port == 0 ? host : host + ":" + port;
  }

  /// The three parts, with the key in clear.
  public String print() {
    return "Endpoint=sb://"
        + authority()
        + "/;SharedAccessKeyName="
        + keyName
        + ";SharedAccessKey="
        + key.text();
  }

  @Override
  public String toString() {
    return "ConnectionString[" + authority() + " " + keyName + "]";
  }
}
