Describe 'Several tenants in one session' {
    BeforeAll {
        Import-Module $env:MAILADMIN_MODULE
    }

    BeforeEach {
        $default = Connect-MailAdmin -Sandbox -Name Own
        $sandboxes = 'adatum', 'fabrikam', 'tailspin' | ForEach-Object {
            New-MailSandbox -Description @{ Domain = "$_.onmicrosoft.com"; Mailboxes = @(@{ Name = "boss-$_" }) }
        }
        $contexts = $sandboxes | Connect-MailAdmin -Name '{tenant}'
        $apps = foreach ($context in $contexts) {
            New-MailAppRegistration "App of $($context.Tenant)" -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false -Context $context
        }
        $three = $contexts.Name
    }

    AfterEach {
        Disconnect-MailAdmin -All
    }

    It 'leaves the default context as it is' {
        $contexts.Name | Should -Be adatum.onmicrosoft.com, fabrikam.onmicrosoft.com, tailspin.onmicrosoft.com
        (Get-MailAdminContext | Where-Object IsDefault).Name | Should -Be Own
        Get-MailAppRegistration 'App of*' | Should -BeNullOrEmpty
        $sandboxes[0] | Connect-MailAdmin -Name '{tenant}' | Out-Null
        (Get-MailAdminContext | Where-Object IsDefault).Name | Should -Be Own
        Disconnect-MailAdmin Own
        $sandboxes[0] | Connect-MailAdmin -Name 'New default' | Out-Null
        (Get-MailAdminContext | Where-Object IsDefault).Name | Should -Be 'New default'
        Disconnect-MailAdmin -All
        Get-MailAdminContext | Should -BeNullOrEmpty
    }

    It 'makes a context for each tenant of -TenantId, and reports the one that fails' {
        $signIn = @{ ClientId = $apps[0].ClientId; ClientSecret = $apps[0].ClientSecret; InputObject = $sandboxes[0] }
        $made = Connect-MailAdmin -TenantId $sandboxes[0].TenantId, nowhere.onmicrosoft.com, $sandboxes[0].Domain @signIn -ErrorVariable failed -ErrorAction SilentlyContinue
        $made.Name | Should -Be $sandboxes[0].TenantId, $sandboxes[0].Domain
        $failed.TargetObject | Should -Contain nowhere.onmicrosoft.com
        (Get-MailAdminContext | Where-Object IsDefault).Name | Should -Be Own
        { Connect-MailAdmin -TenantId a.com, b.com -Name Both @signIn -ErrorAction Stop } | Should -Throw -ErrorId 'ContextNameNotUnique*'
    }

    It 'lists the apps of each, with their tenant, and nothing crosses' {
        $found = Get-MailAppAccess -Context *.onmicrosoft.com
        $found.App | Should -Be $apps.Name
        $found.Tenant | Should -Be $three
        $found.TenantId | Should -Be $sandboxes.TenantId
        foreach ($i in 0..2) {
            (Get-MailAppAccess -Context $three[$i]).App | Should -Be $apps[$i].Name
            (Get-MailAppRegistration 'App of*' -Context $three[$i]).Tenant | Should -Be $three[$i]
        }
        (Get-MailAppRegistration 'App of*' -Context $three | Sort-Object Tenant).Tenant | Should -Be $three
    }

    It 'tests each app in its own tenant alone' {
        $tests = $apps | ForEach-Object { $name = $_.Name.Split(' ')[-1]; $_ | Test-MailAppAccess -Mailbox "boss-$($name.Split('.')[0])@$name" -Context * }
        $tests.Tenant | Should -Be $three
        "$($tests.Access)" | Should -Be 'Granted Granted Granted'
        { $apps[0] | Test-MailAppAccess -Mailbox boss-adatum@adatum.onmicrosoft.com -ErrorAction Stop } | Should -Throw -ErrorId 'ObjectOfOtherTenant*'
        { Get-MailAppAccess -Context $three[0] | Limit-MailApp -Mailbox boss-adatum@adatum.onmicrosoft.com -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'ObjectOfOtherTenant*'
        ($apps[0] | Test-MailboxConnection -Mailbox boss-adatum@adatum.onmicrosoft.com).Tenant | Should -Be $three[0]
        $one = Get-MailAppAccess -Context $three[0] | Limit-MailApp -Mailbox boss-adatum@adatum.onmicrosoft.com -Confirm:$false -Context $three[0] -WarningAction SilentlyContinue
        $one.IsLimited, $one.Tenant | Should -Be $true, $three[0]
    }

    It 'groups tables by tenant where there are several, and names the tenant of folders and messages' {
        $table = Get-MailAppAccess -Context $three | Format-Table | Out-String -Width 120
        foreach ($tenant in $three) { $table | Should -Match "Tenant: $tenant" }
        Get-MailAppAccess -Context $three[0] | Format-Table | Out-String -Width 120 | Should -Not -Match 'Tenant:'
        ($apps[0] | Get-MailFolder Inbox -Mailbox boss-adatum@adatum.onmicrosoft.com).Tenant | Should -Be $three[0]
        $mail = @{ Mailbox = 'boss-adatum@adatum.onmicrosoft.com'; To = 'boss-adatum@adatum.onmicrosoft.com'; Subject = 'Test'; Body = 'Test' }
        $null = $apps[0] | Grant-MailAppConsent -ApplicationPermission Graph/Mail.Send -TenantWide -Confirm:$false -Context $contexts[0]
        ($apps[0] | Send-MailboxMessage @mail).Tenant | Should -Be $three[0]
        ($apps[0] | Get-MailboxMessage -Mailbox boss-adatum@adatum.onmicrosoft.com).Tenant | Should -Be $three[0]
    }

    It 'changes something in one tenant at a time' {
        { Remove-MailAppRegistration $apps[0] -Context * -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'OneContextOnly*'
        { Get-MailAppRegistration -Context none* -ErrorAction Stop } | Should -Throw '*No context named*'
    }

    It 'writes one report with a section a tenant, which is a baseline of each' {
        $tests = Get-MailAppAccess -Context $three[0] | Test-MailAppAccess -Mailbox boss-adatum@adatum.onmicrosoft.com -Context $three
        $page = Join-Path $TestDrive 'three.html'
        $report = $tests | Export-MailAdminReport $page -Context $three
        $report.AppCount, $report.TestCount | Should -Be 3, 1
        $html = Get-Content $page -Raw
        $sections = [regex]::Matches($html, '(?s)<section id="tenant-([0-9a-f-]+)" class="tenant">(.*?)(?=<section id="tenant-[0-9a-f-]+" class="tenant">|</main>)')
        $sections.ForEach({ $_.Groups[1].Value }) | Should -Be $sandboxes.TenantId
        foreach ($i in 0..2) {
            $text = $sections[$i].Groups[2].Value
            [regex]::Matches($text, 'App of [a-z.]+').Value | Sort-Object -Unique | Should -Be $apps[$i].Name
            [regex]::Matches($text, 'boss-[a-z]+').Value | Where-Object { $_ -ne "boss-$($three[$i].Split('.')[0])" } | Should -BeNullOrEmpty
        }
        $ids = [regex]::Matches($html, ' id="([^"]+)"').ForEach({ $_.Groups[1].Value })
        ($ids | Sort-Object -Unique).Count | Should -Be $ids.Count
        foreach ($link in [regex]::Matches($html, 'href="#([^"]+)"').ForEach({ $_.Groups[1].Value })) { $ids | Should -Contain $link }
        (Get-Content $report.JsonPath -Raw | ConvertFrom-Json).tenants.apps.app | Should -Be $apps.Name
        Compare-MailAppAccess -Baseline $report.JsonPath -Context $three | Should -BeNullOrEmpty
        $null = New-MailAppRegistration More -ApplicationPermission Graph/Mail.Send -TenantWide -Confirm:$false -Context $three[1]
        $difference = Compare-MailAppAccess -Baseline $report.JsonPath -Context $three
        "$difference", $difference.Tenant | Should -Be 'New: More on all mailboxes', $three[1]
        { Compare-MailAppAccess -Baseline $report.JsonPath -ErrorAction Stop } | Should -Throw -ErrorId 'BaselineOfOtherTenant*'
        { $tests | Export-MailAdminReport $page -Force -ErrorAction Stop } | Should -Throw -ErrorId 'NotForReport*'
    }

    It 'names the role that a partner lacks' {
        $sandbox = New-MailSandbox
        $sandbox | Connect-MailAdmin -Name Admin | Out-Null
        $client = Initialize-MailAdmin -DeviceCode -Consent -User alice@contoso.onmicrosoft.com -Confirm:$false
        $sandbox | Connect-MailAdmin -DeviceCode -ClientId $client.ClientId -UserPrincipalName alice@contoso.onmicrosoft.com -Name '{tenant}' 6>$null | Out-Null
        $null = Get-MailAppAccess -Context contoso.onmicrosoft.com, $three[0] -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        "$warned" | Should -BeLike '*alice@contoso.onmicrosoft.com lacks a permission*Global Reader*GDAP*'
    }
}
