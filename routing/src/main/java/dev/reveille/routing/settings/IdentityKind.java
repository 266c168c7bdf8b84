package dev.reveille.routing.settings;

import dev.reveille.model.HostNameSyntax;
import dev.reveille.model.Setting;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the objects of a collection can be for, told by the form of their identity.
public enum IdentityKind {
  /// The whole organisation. There is always such an object.
  GLOBAL("global"),
  /// The users of a site.
  SITE("site:NAME"),
  /// A service with a free name.
  SERVICE("service:NAME"),
  /// The web services of a pool.
  WEB_SERVICE("service:WebServer:FQDN"),
  /// An object of a flat list, named by the operator; compared without regard to case.
  NAME("NAME"),
  /// An object of a flat list, named by its domain.
  DOMAIN("DOMAIN"),
  /// A pool of servers.
  POOL("pool:FQDN"),
  /// A server at the border.
  EDGE("edge:FQDN"),
  /// A partner in federation, by its domain.
  PARTNER("partner:DOMAIN"),
  /// A partner and one app.
  PARTNER_APP("partner:DOMAIN:APP"),
  /// An app, by its id.
  APP("app:APP");

  static final String OF_PARTNER = "partner:";
  static final String OF_APP = "app:";
  private static final String OF_WEB_SERVICE = "service:WebServer:";
  private static final Pattern FREE = Pattern.compile("[^\\p{Cntrl}]{1,200}");

  private final String form;

  IdentityKind(final String form) {
    this.form = form;
  }

  /// As it is written in help and refusals.
  public String form() {
    return form;
  }

  /// The identity as it is kept: one spelling for what means the same. Empty when it has another
  /// form.
  Optional<String> read(final String text) {
    return switch (this) {
      case GLOBAL -> text.equals(Setting.GLOBAL) ? Optional.of(text) : Optional.empty();
      case SITE -> free("site:", text);
      case SERVICE -> free("service:", text);
      case WEB_SERVICE -> host(OF_WEB_SERVICE, text);
      case NAME -> text.isBlank() ? Optional.empty() : free("", text);
      case DOMAIN -> host("", text);
      case POOL -> host("pool:", text);
      case EDGE -> host("edge:", text);
      case PARTNER -> host(OF_PARTNER, text);
      case PARTNER_APP -> hostAndName(OF_PARTNER, text);
      case APP -> free(OF_APP, text);
    };
  }

  private static Optional<String> free(final String prefix, final String text) {
    return text.startsWith(prefix) && FREE.matcher(text.substring(prefix.length())).matches()
        ? Optional.of(text)
        : Optional.empty();
  }

  /// A host name, a colon, and a name that is compared exactly.
  private static Optional<String> hostAndName(final String prefix, final String text) {
    final int end = text.length() < prefix.length() ? -1 : text.indexOf(':', prefix.length());
    return end < 0
        ? Optional.empty()
        : host(prefix, text.substring(0, end))
            .filter(_ -> FREE.matcher(text.substring(end + 1)).matches())
            .map(host -> host + text.substring(end));
  }

  /// Words before the name are compared without regard to case.
  private static Optional<String> host(final String prefix, final String text) {
    return text.regionMatches(true, 0, prefix, 0, prefix.length())
        ? HostNameSyntax.canonical(text.substring(prefix.length())).map(name -> prefix + name)
        : Optional.empty();
  }
}
