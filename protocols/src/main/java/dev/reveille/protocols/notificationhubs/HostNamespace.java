package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.OrganisationId;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/// A namespace of hubs with a host name of its own: under that name nothing but its hubs answers.
///
/// @param name 6 to 50 letters, digits and hyphens, in lower case; unique on the server
/// @param host a name of DNS in lower case; unique on the server
public record HostNamespace(OrganisationId organisation, String name, String host, Instant madeAt) {
  private static final int LONGEST_HOST = 253;
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern HOSTS = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

  /// As Azure takes them; without periods, so that no two hubs have apps of one id.
  private static final Pattern NAMES = Pattern.compile("[a-z][a-z0-9-]{4,48}[a-z0-9]");

  /// Of IPv4, in all its spellings: no name of DNS ends so.
  private static final Pattern ADDRESSES = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

  /// Whether a namespace can have this name.
  ///
  /// @param name in any case
  public static boolean isName(final String name) {
    return NAMES.matcher(fold(name)).matches();
  }

  /// Whether a namespace can have this host name: what is an address, or names this machine to each
  /// client, is none.
  ///
  /// @param host in lower case
  public static boolean isHost(final String host) {
    return host.length() <= LONGEST_HOST
        && HOSTS.matcher(host).matches()
        && !ADDRESSES.matcher(host).matches()
        && !host.equals("localhost")
        && !host.endsWith(".localhost");
  }

  static String fold(final String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
