/*
 * Sending the mails that wait.
 */
#ifndef VESTIBULE_CTL_MAIL_H
#define VESTIBULE_CTL_MAIL_H

#include "ctl/ctl.h"
#include "data/mail_send.h"

/*
 * Sends all that are due, where mail is on. The keys are loaded here when the command has none; a
 * key file that cannot be read is said on standard error.
 */
struct mail_sum mail_send(struct ctl *);

#endif
