/* cloud_access_view.c: sentences about keys for cloud storage. */
#include "core/language.h"
#include "core/text.h"
#include "web/cloud_access_view.h"

const char *
cloud_access_purpose(void)
{
	return _("Credentials with which these pages show you data kept in cloud storage, for"
	    " example debug samples. They are kept on this server, encrypted, for you alone, and no"
	    " page shows them again.");
}

bool
cloud_access_is_mixed(struct request *r, const struct cloud_access *row)
{
	return text_starts(r->config->web_server, "https:") &&
	    cloud_access_is_insecure(r->arena, row->endpoint);
}

const char *
cloud_access_mixed_warning(void)
{
	return _("This site is served over https:// and the endpoint over http://: browsers may"
	    " refuse to show what comes from there.");
}
