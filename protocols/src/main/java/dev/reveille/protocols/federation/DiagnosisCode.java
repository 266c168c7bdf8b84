package dev.reveille.protocols.federation;

/// The causes for which a federated request is refused or does not arrive. Each has a number of its
/// own, which stands in the header field `Push-Diagnostics`, and a remedy.
///
/// 1008 and 1010 are the numbers under which Lync Server tells the same causes. Numbers are never
/// given twice.
public enum DiagnosisCode {
  SRV_MISSING(
      1008,
      504,
      "There is no DNS SRV record for the domain.",
      "Create the record that is named, at the domain's name server."),
  AUTHORITY_UNKNOWN(
      1010,
      504,
      "The certificate on the other side was issued by an authority that is not trusted here.",
      "Add the authority's certificate to `federation.authorities`."),

  FEDERATION_OFF(
      2001,
      403,
      "Federation is switched off.",
      "`reveille settings set access-edge allow-federated-users=true`"),
  DOMAIN_BLOCKED(
      2002,
      403,
      "The domain is on the list of blocked domains.",
      "`reveille federation domain remove DOMAIN`, if messages of the domain are wanted."),
  DOMAIN_NOT_ALLOWED(
      2003,
      504,
      "The domain is not on the list of allowed domains.",
      "`reveille federation domain allow DOMAIN`"),
  PROVIDER_DISABLED(
      2004,
      504,
      "The hosting provider of the domain is disabled.",
      "`reveille federation provider enable NAME`"),
  PROVIDER_DIFFERS(
      2005,
      504,
      "The SRV record names another host than the hosting provider's proxy.",
      "Correct the SRV record, or add the provider with that host as its proxy."),
  SRV_OUTSIDE(
      2006,
      504,
      "The SRV record names a host outside the domain, and no hosting provider has that proxy.",
      "If the host is right, name it: `reveille federation domain allow DOMAIN --proxy HOST`."),
  NAME_SERVER_SILENT(
      2007,
      504,
      "No name server answers.",
      "Look after the name server; `federation.name-servers` says which are asked."),
  NAME_SERVER_FAILED(
      2008,
      504,
      "The name server answers that it cannot tell.",
      "Look after the domain's zone at its name server."),
  HOST_UNKNOWN(
      2009, 504, "The host has no address in DNS.", "Create the address record of the host."),

  REFUSED_CONNECTION(
      2010,
      504,
      "The other side does not accept a connection at that port.",
      "See whether the server runs there, and whether the SRV record names the right port."),
  CONNECT_TIMEOUT(
      2011,
      504,
      "The other side does not answer at that address.",
      "See whether the server runs there, and whether a firewall drops the packets."),
  DEAF(
      2012,
      504,
      "The other side accepts the connection and does not answer.",
      "See whether it speaks SIP over TLS at that port."),
  NO_ANSWER(
      2013,
      504,
      "The other side did not answer the request in time.",
      "See the log of the other side."),
  CONNECTION_LOST(
      2014,
      504,
      "The connection ended before the answer.",
      "Nothing to do if it happens once; else see the log of the other side."),
  NO_ROOM(
      2015,
      503,
      "Too many requests are open to the other side.",
      "Nothing to do: the request is sent again."),

  INTERNAL(
      2016,
      500,
      "The server made a mistake.",
      "Nothing to do if it happens once; else see its log and report the fault."),

  WRONG_NAME(
      2020,
      504,
      "The certificate on the other side is for another name.",
      "The certificate has to carry the name of the domain or of the proxy that was asked for."),
  CERTIFICATE_EXPIRED(
      2021,
      504,
      "A certificate has expired.",
      "Renew it; if it has not expired, see the clock of the side that refuses it."),
  CERTIFICATE_NOT_YET_VALID(
      2022, 504, "A certificate is not valid yet.", "See the clock of the side that refuses it."),
  CERTIFICATE_REVOKED(
      2023, 504, "A certificate was revoked by its authority.", "Use another certificate."),
  REVOCATION_UNKNOWN(
      2024,
      504,
      "Whether the certificate was revoked is not known: the revocation list is out of date.",
      "Renew the file of the revocation list."),
  CERTIFICATE_WRONG_USE(
      2025,
      504,
      "The certificate may not be used for this side of a connection.",
      "Federation needs a certificate for servers and for clients (extended key usage serverAuth"
          + " and clientAuth); some public authorities issue none for clients."),
  OUR_CERTIFICATE_REFUSED(
      2026,
      504,
      "The other side refuses our certificate.",
      "Give the other side our authority's certificate; see its log for what it finds wrong."),
  TLS_FAILED(
      2027,
      504,
      "The TLS handshake failed.",
      "Both sides need TLS 1.2 or 1.3 with a cipher suite in common."),

  NO_CERTIFICATE(
      2030,
      403,
      "The peer showed no certificate: it can be no partner.",
      "The partner's server has to present its certificate."),
  NOT_A_PARTNER(
      2031,
      403,
      "The peer's certificate names no partner.",
      "`reveille federation domain allow DOMAIN`, with the domain in the certificate."),
  FOREIGN_SENDER(
      2032,
      403,
      "The sender's domain does not belong to the peer.",
      "The peer has to send for its own domain; a hosting provider not for a domain that has a"
          + " proxy of its own."),
  FOREIGN_DOMAIN(
      2033,
      404,
      "The domain that is asked for is none of ours.",
      "The request has to name a domain of this server, or to go to another one."),
  UNVERIFIED(
      2034,
      403,
      "The peer does not say that it verified the sender.",
      "The partner marks what it verified; or"
          + " `reveille settings set allowed-domains/DOMAIN verification-level=AlwaysVerifiable`."),
  LOOP(
      2035,
      482,
      "The request was here before.",
      "See the routes between the servers that are named."),
  TOO_MANY_HOPS(2036, 483, "The request passed too many servers.", "See the routes between them."),
  METHOD_UNKNOWN(2037, 405, "Federated requests are MESSAGE and OPTIONS.", "Send one of them."),

  EDGE_AWAY(
      2040,
      504,
      "There is no connection to the edge server.",
      "See whether the edge server runs, and whether `federation.edge` names it."),
  HOME_AWAY(
      2041,
      504,
      "The server behind the edge is not connected.",
      "See whether it runs, and whether its `federation.edge` names this edge."),

  PASSWORD_WRONG(
      2042,
      401,
      "The password is wrong, or there is no such user.",
      "`reveille users password USER`; set it again where the domain was added later."),
  TOO_MANY_TRIES(
      2043,
      503,
      "Too many requests or wrong passwords came from the address, or for the user.",
      "Wait as long as Retry-After says."),
  CONTACT_NOT_TAKEN(
      2044,
      403,
      "Contacts cannot be registered over SIP at this server.",
      "Ask without a Contact; phones register over the device protocol."),
  ADDRESS_OF_ANOTHER(
      2045,
      403,
      "The address of record does not belong to the user who signed in.",
      "The user's addresses are shown by `reveille users show USER`."),
  OUTSIDE_USERS_OFF(
      2046,
      403,
      "Users may not sign in from outside.",
      "`reveille settings set access-edge allow-outside-users=true`"),
  PLATFORM_REFUSED(
      2047,
      502,
      "A push service refused a credential of the clearing house, or did not answer.",
      "Where it was refused, the publisher keeps another: `reveille apps credentials APP"
          + " SERVICE`."),

  BODY_MALFORMED(
      2050, 400, "The body of the request is not as it has to be.", "Correct what is named."),
  BODY_TOO_LARGE(2051, 413, "The body of the request is too large.", "Leave out content."),
  HANDLE_UNKNOWN(2052, 404, "There is no such handle here.", "The app has to get another handle."),
  HANDLE_OF_ANOTHER(
      2053,
      403,
      "The handle was given out for another partner.",
      "The app has to get a handle for this partner."),
  HANDLE_OVER(
      2054,
      410,
      "The handle was revoked, or the app is gone from the device.",
      "Forget it: the app gets another one when it is opened."),
  APP_DIFFERS(
      2055, 403, "The handle was given out for another app.", "Correct the app in the request."),
  CLOCK_DIFFERS(
      2056,
      403,
      "The clocks of the two servers are more than five minutes apart.",
      "Set the clock that is wrong."),
  ID_USED(
      2057,
      400,
      "Another push came under this id before.",
      "Give each push an id of its own; a repeat has the same content."),
  PUSH_UNKNOWN(2058, 481, "No push of this id came.", "Send it again under the same id."),
  OVERLOADED(
      2059, 503, "The clearing house takes no push now.", "Nothing to do: it is sent again."),
  QUOTA_USED(
      2060,
      480,
      "The partner has used up its quota at the clearing house.",
      "Nothing to do: it is sent again. If it happens often, the clearing house's operator sets"
          + " another quota: `reveille settings set push-quota`."),
  SEALED_ONLY(
      2061,
      488,
      "The app's publisher takes sealed content only.",
      "The app has to register at home with a `contentKey`; or the operator of the clearing house"
          + " takes other content, too: `reveille settings set push-content`.");

  private final int number;
  private final int status;
  private final String sentence;
  private final String remedy;

  DiagnosisCode(final int number, final int status, final String sentence, final String remedy) {
    this.number = number;
    this.status = status;
    this.sentence = sentence;
    this.remedy = remedy;
  }

  /// Whether it stays until an operator changes a setting, a certificate or a DNS record; the
  /// others may pass by themselves.
  public boolean isSetting() {
    return switch (this) {
      case NAME_SERVER_SILENT,
          NAME_SERVER_FAILED,
          REFUSED_CONNECTION,
          CONNECT_TIMEOUT,
          DEAF,
          NO_ANSWER,
          CONNECTION_LOST,
          NO_ROOM,
          INTERNAL,
          EDGE_AWAY,
          HOME_AWAY,
          TOO_MANY_TRIES,
          OVERLOADED,
          QUOTA_USED,
          PUSH_UNKNOWN ->
          false;
      default -> true;
    };
  }

  public int number() {
    return number;
  }

  /// The status of the answer, from 400 to 699.
  public int status() {
    return status;
  }

  /// What is wrong, for people.
  public String sentence() {
    return sentence;
  }

  /// What helps, for people.
  public String remedy() {
    return remedy;
  }
}
