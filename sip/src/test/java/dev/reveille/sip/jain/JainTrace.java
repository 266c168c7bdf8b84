package dev.reveille.sip.jain;

import gov.nist.core.ServerLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Properties;
import javax.sip.SipStack;

/// Keeps JAIN-SIP from writing its messages to a file. The stack makes one by its name.
public final class JainTrace implements ServerLogger {
  @Override
  public void closeLogFile() {}

  @Override
  public void logMessage(
      final SIPMessage message,
      final String from,
      final String to,
      final boolean isSender,
      final long time) {}

  @Override
  public void logMessage(
      final SIPMessage message,
      final String from,
      final String to,
      final String status,
      final boolean isSender,
      final long time) {}

  @Override
  public void logMessage(
      final SIPMessage message,
      final String from,
      final String to,
      final String status,
      final boolean isSender) {}

  @Override
  public void logException(final Exception fault) {}

  @Override
  public void setStackProperties(final Properties properties) {}

  @Override
  public void setSipStack(final SipStack stack) {}
}
