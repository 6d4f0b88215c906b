# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One line for each test folder: the rooms it looks into and the programs it runs.

conversure_test(unit ROOMS domain wire feed)
conversure_test(models ROOMS models usecases state feed domain)
conversure_test(providers ROOMS providers wire domain)
conversure_test(sandbox ROOMS sandbox wire domain LINK Qt6::Network NEEDS conversure-sandbox)
conversure_test(store ROOMS store vault feed domain PCH test_store LINK conversure_test_programs NEEDS conversure-relay)
conversure_test(relay_parts ROOMS relay state sending store net providers vault feed wire domain
    PCH test_store LINK conversure_test_store Qt6::Network Qt6::WebSockets)
conversure_test(ui ROOMS ui/shell ui/account ui/inbox ui/widgets models state feed usecases domain PCH test_widgets LINK Qt6::Widgets)
conversure_test(sending ROOMS sending store net providers vault wire feed domain PCH test_store LINK conversure_test_store Qt6::Network Qt6::Sql)
conversure_test(relay ROOMS feed store domain PCH test_store LINK conversure_test_programs NEEDS conversure-relay)
conversure_test(e2e ROOMS ui/shell models usecases state vault feed store domain
    PCH test_widgets LINK conversure_test_programs conversure_client_app Qt6::Widgets
    NEEDS conversure conversure-relay conversure-sandbox conversure_test_remote)
conversure_test(vault ROOMS vault usecases store feed domain PCH test_store LINK conversure_test_programs PkgConfig::sodium NEEDS conversure-relay)
conversure_test(crash ROOMS relay sending store net providers vault wire feed domain
    PCH test_store LINK conversure_test_programs Qt6::Network Qt6::Sql
    NEEDS conversure-relay conversure-sandbox FAULTS CONVERSURE_CRASHES=50)

# The longest first, so that at the end of the suite no core waits for another.
set_tests_properties(store PROPERTIES COST 90)
set_tests_properties(vault PROPERTIES COST 80)
set_tests_properties(crash sending PROPERTIES COST 70)
set_tests_properties(relay_parts e2e PROPERTIES COST 60)
