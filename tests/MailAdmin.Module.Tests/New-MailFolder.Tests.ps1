Describe 'New-MailFolder' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    BeforeEach {
        $null = Connect-MailAdmin -Sandbox
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $app = New-MailAppRegistration -Name 'Filing' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'makes a folder with those above it, and leaves it as it is the second time' {
        $made = $app | New-MailFolder Inbox/2026/March -Mailbox $mailbox
        $made.Path | Should -Be 'Inbox/2026/March'
        $made.Change | Should -Be Created
        $again = $app | New-MailFolder Inbox/2026/March -Mailbox $mailbox
        $again.Change | Should -Be Unchanged
        $again.Id | Should -BeExactly $made.Id
        ($app | Get-MailFolder -Mailbox $mailbox -Recurse).Path | Should -Contain 'Inbox/2026/March'
    }

    It 'knows the folders of every mailbox by their well-known names' {
        $made = $app | New-MailFolder 'DeletedItems/Old', 'deleteditems/old' -Mailbox $mailbox
        $made.Path | Should -Be 'Deleted Items/Old', 'Deleted Items/Old'
        $made.Change | Should -Be Created, Unchanged
    }

    It 'takes a slash in a name when it is escaped' {
        $made = $app | New-MailFolder 'In\/Out' -Mailbox $mailbox
        $made.Name | Should -Be 'In/Out'
        $made.Path | Should -Be 'In\/Out'
    }

    It 'takes paths from the pipeline, and makes them in every mailbox' {
        $both = (Get-MailAdminContext).Sandbox.Mailbox[0, 1]
        $made = @('A', 'A/B' | New-MailFolder -App $app -Mailbox $both)
        $made.Path | Should -Be 'A', 'A', 'A/B', 'A/B'
        $made.Mailbox | Should -Be ($both + $both)
        $made.Change | Sort-Object -Unique | Should -Be Created
    }

    It 'copies the folders of one mailbox to another' {
        $null = $app | New-MailFolder Projects/One -Mailbox $mailbox
        $other = (Get-MailAdminContext).Sandbox.Mailbox[1]
        $null = $app | Get-MailFolder Projects -Mailbox $mailbox -Recurse | Select-Object Path | New-MailFolder -App $app -Mailbox $other
        ($app | Get-MailFolder Projects/One -Mailbox $other).Name | Should -Be One
    }

    It 'gives folders that can be piped on' {
        $null = $app | New-MailFolder Fresh -Mailbox $mailbox | Get-MailboxMessage -ErrorAction Stop
        Add-MailSandboxMessage $mailbox -Folder Fresh -Content "Subject: here`r`n`r`nx" | Out-Null
        ($app | New-MailFolder Fresh -Mailbox $mailbox | Get-MailboxMessage).Subject | Should -Be here
    }

    It 'makes nothing with -WhatIf' {
        $app | New-MailFolder Never -Mailbox $mailbox -WhatIf | Should -BeNullOrEmpty
        { $app | Get-MailFolder Never -Mailbox $mailbox -ErrorAction Stop } | Should -Throw -ErrorId 'FolderNotFound*'
    }

    It 'reports a path that is wrong, and makes the others' {
        $made = @($app | New-MailFolder 'X//Y', 'Z' -Mailbox $mailbox -ErrorVariable failed -ErrorAction SilentlyContinue)
        $made.Path | Should -Be Z
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidFolderPath*'
        $failed[0].TargetObject | Should -Be 'X//Y'
    }

    It 'says what is missing when the app may only read' {
        $reader = New-MailAppRegistration -Name 'Reader' -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false
        { $reader | New-MailFolder Done -Mailbox $mailbox -ErrorAction Stop } | Should -Throw -ErrorId 'AccessDenied*'
    }
}
