package dev.reveille.protocols.xml;

import javax.xml.stream.Location;

/// Thrown for a text that is not well-formed XML, or not the XML that is expected. The message says
/// what is wrong and where.
///
/// Carries no stack trace: it is an answer to a caller, who may cause any number.
public final class XmlRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public XmlRefused(final String complaint) {
    super(complaint, null, false, false);
  }

  XmlRefused(final String complaint, final Location at) {
    this(complaint + " (line " + at.getLineNumber() + ", column " + at.getColumnNumber() + ")");
  }

  public String complaint() {
    return String.valueOf(getMessage());
  }
}
