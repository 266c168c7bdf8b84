package dev.reveille.model;

/// Why a push service cannot be reached. [Reason#SERVICE_UNREACHABLE] stays one reason; each cause
/// of it has its own remedy.
public enum Cause {
  NAME_UNKNOWN(
      1,
      "name-unknown",
      "The name servers know no host of this name.",
      "Correct the endpoint in the app's credentials; if it is right, look whether this machine's"
          + " name servers resolve public names."),
  DNS_SILENT(
      2,
      "dns-silent",
      "No name server gives an answer.",
      "Check the name servers in /etc/resolv.conf, and whether the firewall lets port 53 through."),
  REFUSED(
      3,
      "refused",
      "The host answers that nothing listens at this port.",
      "Check the port of the endpoint; a firewall may also refuse in the host's name."),
  TIMED_OUT(
      4,
      "timed-out",
      "Nothing answers there in time.",
      "Most often a firewall drops what is sent: allow connections from this machine to the host"
          + " and port."),
  NO_ROUTE(
      5,
      "no-route",
      "The network has no way to this host, or this machine may not use it.",
      "Check the network, its default route and the rules of the local firewall."),
  PROXY(
      6,
      "proxy",
      "Plain text was answered where TLS was expected: a proxy or a login page is in between.",
      "Let this machine reach the host directly, without a proxy that answers in its place; also"
          + " check that the endpoint's port speaks TLS."),
  TLS_AUTHORITY(
      7,
      "tls-authority",
      "The certificate shown there comes from an authority that is not trusted.",
      "If a proxy opens TLS, exempt the host from it; for a stand-in of the service, give its"
          + " authority with the credentials as `trust`."),
  TLS_EXPIRED(
      8,
      "tls-expired",
      "The certificate shown there is not valid now.",
      "Check this machine's clock; if it is right, the host has to renew its certificate."),
  TLS_NAME(
      9,
      "tls-name",
      "The certificate shown there was issued for another host.",
      "Check the endpoint's host, and whether its name leads to the right address."),
  NO_HTTP2(
      10,
      "no-http2",
      "The other side does not speak HTTP/2.",
      "Check the endpoint; a proxy in between must let HTTP/2 through without opening it."),
  FORBIDDEN_ADDRESS(
      11,
      "forbidden-address",
      "The host's name leads to an address that is not public.",
      "If the host is meant to stand in a private network, name it with its port in"
          + " push.allowed-hosts."),
  PROXY_FAILED(
      12,
      "proxy-failed",
      "The configured proxy does not connect to the host.",
      "Check push.proxy: its address, its user name and password, and whether it lets this machine"
          + " reach the host."),
  TLS_IDENTITY(
      13,
      "tls-identity",
      "The other side refuses the certificate that this server shows in the TLS handshake, or wants"
          + " one and gets none.",
      "Give the app another certificate, if it has one; otherwise check the endpoint, and exempt"
          + " the host from a proxy that opens TLS and wants certificates.");

  private final int number;
  private final String word;
  private final String sentence;
  private final String remedy;

  Cause(final int number, final String word, final String sentence, final String remedy) {
    this.number = number;
    this.word = word;
    this.sentence = sentence;
    this.remedy = remedy;
  }

  /// Stands on disk: never changed and never given twice.
  public int number() {
    return number;
  }

  /// For trails, scripts and metrics.
  public String word() {
    return word;
  }

  public String sentence() {
    return sentence;
  }

  public String remedy() {
    return remedy;
  }
}
