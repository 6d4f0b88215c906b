# SPDX-FileCopyrightText: Conversure contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One line for each test folder: the rooms it looks into and the programs it runs.

conversure_test(unit ROOMS domain wire feed)
