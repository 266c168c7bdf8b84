package dev.reveille.cli.wire;

import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.Failure;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The server that a command speaks to, and the key for it. Each value is looked for on the command
/// line, in the environment, and in the profile that a server leaves in its data directory, in this
/// order. What a profile says of one server is never used for another: its key is a secret.
///
/// [#find] reads the profile, may ask DNS, and throws [Failure] for a damaged profile and for a
/// server that is neither https nor, on this machine, http. The constructor checks nothing.
///
/// @param devices the address for devices; "" when it was not given
/// @param key "" when there is none
/// @param ca a file of certificates to trust; "" for those of the system
public record ServerTarget(URI server, String devices, String key, String ca) {
  static final String DEFAULT_SERVER = "https://127.0.0.1:8443";

  /// The values of the command line; "" for those that were not given.
  public record Said(String server, String devices, String key, String ca, String data) {}

  public static ServerTarget find(final Said said, final CommandEnvironment here) {
    final Profile profile = profile(said, here);
    final String server =
        first(said.server(), here.variable("REVEILLE_SERVER"), profile.server(), DEFAULT_SERVER);
    final boolean meant = server.equals(profile.server());
    final String ca = first(said.ca(), here.variable("REVEILLE_CA"), meant ? profile.ca() : "");
    return new ServerTarget(
        checked(server),
        first(said.devices(), here.variable("REVEILLE_DEVICES"), meant ? profile.devices() : ""),
        first(said.key(), here.variable("REVEILLE_KEY"), meant ? profile.key() : ""),
        ca.isEmpty() ? "" : here.file(ca).toString());
  }

  /// The same server with another address for devices, checked.
  public URI devicesAddress() {
    if (devices.isEmpty()) {
      throw Failure.missing(
          "The address for devices of " + server + " is not known.",
          "Give it with --devices URL; the server prints it when it starts.");
    }
    return checked(devices);
  }

  private static Profile profile(final Said said, final CommandEnvironment here) {
    final String named = first(said.data(), here.variable("REVEILLE_DATA"));
    if (named.isEmpty()) {
      final Path usual = here.file("data").resolve(Profile.FILE);
      return Files.isReadable(usual) ? Profile.read(usual) : Profile.NONE;
    }
    final Path file = here.file(named).resolve(Profile.FILE);
    if (Files.notExists(file)) { // a folder that may not be looked into is another matter
      throw Failure.missing(
          "There is no " + file + ".",
          "Name the data directory of a server that has been started; it writes the file.");
    }
    return Profile.read(file);
  }

  private static String first(final String... candidates) {
    for (final String candidate : candidates) {
      if (!candidate.isEmpty()) {
        return candidate;
      }
    }
    return "";
  }

  /// Over plain HTTP any machine on the way could read the key, so it is for this machine only.
  private static URI checked(final String address) {
    final URI uri;
    try {
      uri = new URI(address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
    } catch (URISyntaxException e) {
      throw misspelt(address);
    }
    if (uri.getHost() == null) {
      throw misspelt(address);
    }
    if ("https".equals(uri.getScheme())) {
      return uri;
    }
    if (!"http".equals(uri.getScheme())) {
      throw misspelt(address);
    }
    if (!isThisMachine(uri.getHost())) {
      throw Failure.misuse(
          "The address " + address + " would send the key readable to all machines on the way.",
          "Use https://.");
    }
    return uri;
  }

  private static boolean isThisMachine(final String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static Failure misspelt(final String address) {
    return Failure.misuse(
        "The address \"" + address + "\" is not one of a server.",
        "Write it as https://HOST:PORT.");
  }

  /// Keys stay out of logs and messages.
  @Override
  public String toString() {
    return "Target[" + server + "]";
  }
}
