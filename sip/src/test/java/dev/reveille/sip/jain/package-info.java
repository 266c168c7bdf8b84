/// An independent SIP stack, JAIN-SIP, as the other side of our transactions.
@NullMarked
package dev.reveille.sip.jain;

import org.jspecify.annotations.NullMarked;
